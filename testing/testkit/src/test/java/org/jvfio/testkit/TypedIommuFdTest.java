// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.jvfio.IovaRange;
import org.jvfio.linux.DeviceFd;
import org.jvfio.linux.Errno;
import org.jvfio.linux.IommuFd;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.uapi.HwptAlloc;
import org.jvfio.linux.uapi.HwptGetDirtyBitmap;
import org.jvfio.linux.uapi.IoasCopy;
import org.jvfio.linux.uapi.IoasMap;
import org.jvfio.linux.uapi.IoasMapFile;
import org.jvfio.linux.uapi.IoasUnmap;

/** The typed requests of {@code IommuFd}, as far as no backend makes them yet. */
final class TypedIommuFdTest {
    private static final int PAGE = Seam.PAGE;
    private static final IovaRange ALLOWED = new IovaRange(0x400000, 0x4fffff);
    private static final int ANYWHERE = IoasMap.READABLE | IoasMap.WRITEABLE;

    private Seam seam;
    private IommuFd iommu;
    private int ioas;

    @BeforeEach
    void open() throws KernelException {
        seam = Seam.open();
        iommu = IommuFd.open(seam.kernel, "/dev/iommu");
        ioas = iommu.allocateIoas();
    }

    @AfterEach
    void close() throws KernelException {
        iommu.close();
        seam.close();
    }

    @Test
    void memoryOfAFileIsCopiedWithinWhatIsAllowed() throws KernelException {
        iommu.allow(ioas, List.of(ALLOWED));
        IoasMapFile file = new IoasMapFile().from(seam.memoryFile(4 * PAGE), PAGE, 2 * PAGE);
        iommu.map(file.to(ioas, 0, ANYWHERE));
        assertEquals(ALLOWED.first(), file.iova());
        IoasCopy copy = new IoasCopy().from(ioas, file.iova() + PAGE, PAGE);

        iommu.copy(copy.to(ioas, 0, ANYWHERE));

        assertEquals(ALLOWED.first() + 2 * PAGE, copy.iova());
        assertEquals(3 * PAGE, iommu.unmap(new IoasUnmap().set(ioas, 0, -1)));
    }

    @Test
    void pageTablesAreMadeForADevice() throws KernelException {
        try (DeviceFd device = DeviceFd.open(seam.kernel, Bound.cdev(seam, Seam.EDU))) {
            int id = device.bind(iommu);
            assertEquals(24, iommu.hwInfo(id, 64).data().length);

            int tables = iommu.allocatePageTables(id, ioas, 0);

            device.attach(tables);
            long bitmap = seam.memory(PAGE);
            var question = new HwptGetDirtyBitmap(tables, 0).set(0, PAGE, PAGE, bitmap);
            assertNotTracked(() -> iommu.trackDirtyPages(tables, true));
            assertNotTracked(() -> iommu.dirtyPages(question));
            int tracking = HwptAlloc.DIRTY_TRACKING;
            assertNotTracked(() -> iommu.allocatePageTables(id, ioas, tracking));
        }
    }

    private static void assertNotTracked(Executable request) {
        var refused = assertThrows(KernelException.class, request);
        assertEquals(Errno.EOPNOTSUPP, refused.errno());
    }

    @Test
    void withoutHugePagesOnlyWholePagesAreMapped() throws KernelException {
        iommu.hugePages(ioas, false);
        IoasMap odd = new IoasMap().set(ioas, 1, seam.memory(PAGE) + 1, 16, ANYWHERE | 1);

        var refused = assertThrows(KernelException.class, () -> iommu.map(odd));

        assertEquals(Errno.EINVAL, refused.errno());
        iommu.hugePages(ioas, true);
        iommu.map(odd);
    }
}
