// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.jvfio.testkit.IommuFile.FIXED;
import static org.jvfio.testkit.IommuFile.READ_WRITE;
import static org.jvfio.testkit.Seam.PAGE;
import static org.jvfio.testkit.Seam.refused;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.IoasMap;
import org.jvfio.testkit.device.EduModel;

/** Mappings that are made of others, and memory that belongs to files. */
final class IoasCopyTest {
    private static final int READ_ONLY = IoasMap.READABLE | IoasMap.FIXED_IOVA;

    private Seam seam;
    private IommuFile iommu;
    private int ioas;
    private long buffer;

    @BeforeEach
    void open() {
        seam = Seam.open();
        iommu = new IommuFile(seam);
        ioas = iommu.allocate();
        buffer = seam.memory(16 * PAGE);
    }

    @AfterEach
    void close() {
        seam.close();
    }

    @Test
    void copyIsOfWhatIsMappedWithoutHole() {
        int other = iommu.allocate();
        assertEquals(0, iommu.map(ioas, 0x10 * PAGE, buffer, 8 * PAGE));
        assertEquals(0, iommu.map(ioas, 0x18 * PAGE, buffer, 8 * PAGE));

        assertEquals(0, iommu.copy(ioas, 0x17 * PAGE, 2 * PAGE, other, 0, FIXED));

        refused(Errno.ENOENT, iommu.copy(ioas, 0x1f * PAGE, 2 * PAGE, other, 0x10 * PAGE, FIXED));
        refused(Errno.ENOENT, iommu.copy(ioas, 0xf * PAGE, 2 * PAGE, other, 0x10 * PAGE, FIXED));
        refused(Errno.EEXIST, iommu.copy(ioas, 0x10 * PAGE, PAGE, other, 0, FIXED));
        assertEquals(16 * PAGE, iommu.unmap(ioas, 0, -1));
        assertEquals(0x10 * PAGE, iommu.copy(other, 0, PAGE, ioas, 0x10 * PAGE, FIXED));
        assertEquals(2 * PAGE, iommu.unmap(other, 0, -1));
    }

    @Test
    void copyRefusesWhatCannotBe() {
        assertEquals(0, iommu.map(ioas, 0x10 * PAGE, buffer, PAGE, READ_ONLY));

        refused(Errno.EPERM, iommu.copy(ioas, 0x10 * PAGE, PAGE, ioas, 0, FIXED));
        assertEquals(0, iommu.copy(ioas, 0x10 * PAGE, PAGE, ioas, 0, READ_ONLY));
        refused(Errno.EINVAL, iommu.copy(ioas, 0x10 * PAGE, PAGE, ioas, 0x20 * PAGE, 1));
        refused(
                Errno.EOPNOTSUPP,
                iommu.copy(ioas, 0x10 * PAGE, PAGE, ioas, 0x20 * PAGE, FIXED | 8));
        refused(Errno.ENOENT, iommu.copy(99, 0x10 * PAGE, PAGE, ioas, 0x20 * PAGE, READ_ONLY));
        refused(Errno.ENOENT, iommu.copy(ioas, 0x10 * PAGE, PAGE, 99, 0x20 * PAGE, READ_ONLY));
        refused(Errno.EINVAL, iommu.copy(ioas, 0x10 * PAGE, 0, ioas, 0x20 * PAGE, READ_ONLY));
        refused(Errno.EOVERFLOW, iommu.copy(ioas, 0x10 * PAGE, -1, ioas, 0x20 * PAGE, READ_ONLY));
        refused(Errno.EOVERFLOW, iommu.copy(ioas, -PAGE, 2 * PAGE, ioas, 0x20 * PAGE, READ_ONLY));
        refused(Errno.EOVERFLOW, iommu.copy(ioas, -1, PAGE, ioas, 0x20 * PAGE, READ_ONLY));
        refused(Errno.EOVERFLOW, iommu.copy(99, -1, PAGE, ioas, 0x20 * PAGE, 1));
        refused(Errno.EOVERFLOW, iommu.copy(ioas, 0x10 * PAGE, PAGE, ioas, -1, READ_ONLY));
    }

    @Test
    void copyGoesWhereTheKernelWants() {
        int size = 0x10 * PAGE;
        long aligned = (seam.memory(2 * size) + size - 1) & -size;
        assertEquals(0, iommu.map(ioas, size, aligned, size));

        assertEquals(0x20 * PAGE, iommu.copy(ioas, size, size, ioas, 0, READ_WRITE));
        assertEquals(PAGE, iommu.copy(ioas, 0x11 * PAGE, 3 * PAGE, ioas, 0, READ_WRITE));
    }

    @Test
    void pageIsPinnedOnceHoweverOftenItIsMapped() {
        assertTrue(iommu.attach(iommu.bound(Seam.EDU), ioas) > 0);
        long before = seam.locked();
        assertEquals(0, iommu.map(ioas, 0x10 * PAGE, buffer, 16 * PAGE));

        assertEquals(
                0x40 * PAGE, iommu.copy(ioas, 0x10 * PAGE, 16 * PAGE, ioas, 0x40 * PAGE, FIXED));
        assertEquals(before + 16 * PAGE, seam.locked());
        assertEquals(16 * PAGE, iommu.unmap(ioas, 0x10 * PAGE, 16 * PAGE));
        assertEquals(before + 16 * PAGE, seam.locked());
        assertEquals(
                0x90 * PAGE, iommu.copy(ioas, 0x42 * PAGE, 4 * PAGE, ioas, 0x90 * PAGE, FIXED));
        assertEquals(16 * PAGE, iommu.unmap(ioas, 0x40 * PAGE, 16 * PAGE));
        assertEquals(before + 4 * PAGE, seam.locked());
        assertEquals(4 * PAGE, iommu.unmap(ioas, 0, -1));
        assertEquals(before, seam.locked());
    }

    @Test
    void copyToADeviceKeepsTheIommusRules() {
        int loose = iommu.allocate();
        assertTrue(iommu.attach(iommu.bound(Seam.EDU), ioas) > 0);
        assertEquals(0, iommu.map(loose, 0x10 * PAGE, 0, PAGE));
        assertEquals(0, iommu.map(loose, 0x20 * PAGE, buffer + 1, PAGE));

        refused(Errno.EFAULT, iommu.copy(loose, 0x10 * PAGE, PAGE, ioas, PAGE, FIXED));
        refused(Errno.EINVAL, iommu.copy(loose, 0x20 * PAGE, PAGE, ioas, 0x2 * PAGE, FIXED));
        refused(Errno.EINVAL, iommu.copy(loose, 0x10 * PAGE, PAGE, ioas, 0x2001, FIXED));
    }

    @Test
    void fileIsMappedWhetherTheProcessMapsItOrNot() {
        int file = seam.memoryFile(16 * PAGE);
        int device = iommu.bound(Seam.EDU);
        assertTrue(iommu.attach(device, ioas) > 0);
        long before = seam.locked();

        assertEquals(0, iommu.mapFile(ioas, 0x10 * PAGE, file, 0, 16 * PAGE, FIXED));

        assertEquals(before + 16 * PAGE, seam.locked());
        assertEquals(0, iommu.mapFile(ioas, 0x40 * PAGE, file, 0, 16 * PAGE, FIXED));
        assertEquals(before + 32 * PAGE, seam.locked());
        refused(Errno.EINVAL, iommu.mapFile(ioas, 0x80 * PAGE, file, 0x800, PAGE, FIXED));
        refused(Errno.EINVAL, iommu.mapFile(ioas, 0x80 * PAGE, file, 0, 0x800, FIXED));
        refused(Errno.EINVAL, iommu.mapFile(ioas, 0x80 * PAGE, file, 15 * PAGE, 2 * PAGE, FIXED));
        refused(Errno.EINVAL, iommu.mapFile(ioas, 0x80 * PAGE, seam.eventfd(), 0, PAGE, FIXED));
        seam.close(file);
        assertEquals(32 * PAGE, iommu.unmap(ioas, 0, -1));
        assertEquals(before, seam.locked());
    }

    @Test
    void withoutDeviceAnyPartOfAnyFileWillDo() {
        int file = seam.memoryFile(PAGE);
        assertEquals(0, iommu.mapFile(ioas, 0x10 * PAGE, file, 1, 0x10, FIXED));
        assertEquals(0, iommu.mapFile(ioas, 0x20 * PAGE, file, PAGE, PAGE, FIXED));
        assertEquals(0, iommu.mapFile(ioas, 0x30 * PAGE, seam.eventfd(), 0, PAGE, FIXED));
        assertEquals(PAGE, iommu.mapFile(ioas, 0, file, 3 * PAGE, PAGE, READ_WRITE));

        refused(Errno.EBADF, iommu.mapFile(ioas, 0, 999_999, 0, PAGE, FIXED));
        refused(Errno.ENOENT, iommu.mapFile(99, 0, file, 0, PAGE, FIXED));
        refused(Errno.EINVAL, iommu.mapFile(ioas, 0, file, 0, 0, FIXED));
        refused(Errno.EINVAL, iommu.mapFile(ioas, 0, file, 0, PAGE, 1));
        refused(Errno.EOPNOTSUPP, iommu.mapFile(ioas, 0, file, 0, PAGE, FIXED | 8));
        refused(Errno.EOVERFLOW, iommu.mapFile(ioas, 0, file, -PAGE, 2 * PAGE, FIXED));
        refused(Errno.EOVERFLOW, iommu.mapFile(ioas, 0, file, 0, -1, FIXED));
        assertEquals(0x10, iommu.unmap(ioas, 0x10 * PAGE, 0x10));
        refused(Errno.EINVAL, iommu.attach(iommu.bound(Seam.EDU), ioas));
    }

    @Test
    void deviceReachesTheFileThatTheProcessSees() {
        int file = seam.memoryFile(4 * PAGE);
        long seen = seam.mapped(file, 4 * PAGE);
        Bound edu = Bound.to(iommu, Seam.EDU, ioas).enabled();
        assertEquals(0, iommu.mapFile(ioas, 0x10 * PAGE, file, PAGE, 2 * PAGE, FIXED));
        assertEquals(0x40 * PAGE, iommu.copy(ioas, 0x11 * PAGE, PAGE, ioas, 0x40 * PAGE, FIXED));
        seam.view(seen, 4 * PAGE).putLong(PAGE + 8, 0x1122334455667788L);

        edu.edu(0x10 * PAGE + 8, EduModel.BUFFER, 8, 0);
        edu.edu(EduModel.BUFFER, 0x40 * PAGE + 0x10, 8, 2);

        assertEquals(0x1122334455667788L, seam.view(seen, 4 * PAGE).getLong(2 * PAGE + 16));
    }
}
