// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.jvfio.testkit.Seam.PAGE;
import static org.jvfio.testkit.Seam.refused;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.HwInfo;
import org.jvfio.linux.uapi.HwptAlloc;
import org.jvfio.linux.uapi.HwptGetDirtyBitmap;
import org.jvfio.linux.uapi.IommufdRequests;
import org.jvfio.testkit.device.EduModel;

/**
 * Which pages devices wrote, on a simulated IOMMU that can tell. No IOMMU of the testbed can; what
 * is asserted here was seen of the kernel's mock device ({@code CONFIG_IOMMUFD_TEST}).
 */
@DisabledIfSystemProperty(
        named = "jvfio.testkit.kernel",
        matches = "real",
        disabledReason = "the IOMMU that QEMU emulates tracks no dirty pages")
final class DirtyTrackingTest {
    private static final int NO_CLEAR = HwptGetDirtyBitmap.NO_CLEAR;
    private static final int TO_MEMORY = 2;
    private static final int DEVICE = 2;
    private static final long BASE = 0x100_0000L;

    private Seam seam;
    private IommuFile iommu;
    private int ioas;
    private Bound edu;
    private int tables;
    private long bitmap;

    @BeforeEach
    void open() {
        SimKernel kernel =
                SimKernel.builder().edu(Seam.EDU).edu("0000:00:07.0").withDirtyTracking().build();
        seam = Seam.on(kernel);
        iommu = new IommuFile(seam);
        ioas = iommu.allocate();
        edu = Bound.to(iommu, Seam.EDU, ioas).enabled();
        tables = iommu.pageTables(DEVICE, ioas, HwptAlloc.DIRTY_TRACKING);
        assertEquals(tables, iommu.attach(edu.device, tables));
        bitmap = seam.memory(PAGE);
        assertEquals(0, iommu.map(ioas, BASE, seam.memory(16 * PAGE), 16 * PAGE));
    }

    @AfterEach
    void close() {
        seam.close();
    }

    private void write(int page) {
        edu.edu(EduModel.BUFFER, BASE + (long) page * PAGE, 64, TO_MEMORY);
    }

    /** The first bits of an answer about 16 pages. */
    private long dirty(int flags) {
        return dirty(flags, BASE, 16 * PAGE, PAGE);
    }

    private long dirty(int flags, long iova, long length, long granule) {
        seam.view(bitmap, PAGE).putLong(0, 0);
        assertEquals(0, iommu.dirty(tables, flags, iova, length, granule, bitmap));
        return seam.view(bitmap, PAGE).getLong(0);
    }

    @Test
    void writtenPagesAreReportedOnce() {
        assertEquals(0, iommu.track(tables, true));
        write(0);
        write(4);

        assertEquals(0x11, dirty(NO_CLEAR));
        assertEquals(0x11, dirty(0));
        assertEquals(0, dirty(0));
        write(15);
        assertEquals(0x8000, dirty(0));
    }

    @Test
    void writeOverAnEndOfAPageIsInBoth() {
        assertEquals(0, iommu.track(tables, true));
        edu.edu(EduModel.BUFFER, BASE + 3 * PAGE - 8, 16, TO_MEMORY);
        edu.edu(BASE + 8 * PAGE, EduModel.BUFFER, 16, 0);

        assertEquals(0xc, dirty(0));
    }

    @Test
    void onlyWhatIsWrittenWhileTrackingCounts() {
        write(0);
        assertEquals(0, dirty(NO_CLEAR));
        assertEquals(0, iommu.track(tables, true));
        write(1);
        assertEquals(0, iommu.track(tables, false));
        write(2);

        assertEquals(2, dirty(NO_CLEAR));
        assertEquals(0, iommu.track(tables, true));
        assertEquals(0, dirty(NO_CLEAR));
    }

    @Test
    void bitsAreOfTheAskedSizeFromTheAskedAddress() {
        assertEquals(0, iommu.track(tables, true));
        write(0);
        write(5);

        assertEquals(0b101, dirty(NO_CLEAR, BASE, 16 * PAGE, 2 * PAGE));
        assertEquals(0xc03, dirty(NO_CLEAR, BASE, 16 * PAGE, PAGE / 2));
        assertEquals(1, dirty(NO_CLEAR, BASE, 16 * PAGE, 16 * PAGE));
        assertEquals(1 << 2, dirty(NO_CLEAR, BASE + 3 * PAGE, 13 * PAGE, PAGE));
        assertEquals(0, dirty(NO_CLEAR, BASE - 8 * PAGE, 16 * PAGE, PAGE));
        assertEquals(0x21, dirty(NO_CLEAR, BASE, 32 * PAGE, PAGE));
        seam.view(bitmap, PAGE).putLong(0, -1);
        assertEquals(0, iommu.dirty(tables, 0, BASE, 16 * PAGE, PAGE, bitmap));
        assertEquals(-1, seam.view(bitmap, PAGE).getLong(0));
    }

    @Test
    void unmappedPagesAreForgotten() {
        assertEquals(0, iommu.track(tables, true));
        write(1);
        assertEquals(16 * PAGE, iommu.unmap(ioas, BASE, 16 * PAGE));
        assertEquals(0, iommu.map(ioas, BASE, seam.memory(16 * PAGE), 16 * PAGE));

        assertEquals(0, dirty(0));
    }

    @Test
    void questionRefusesWhatCannotBe() {
        assertEquals(0, iommu.track(tables, true));

        refused(Errno.EINVAL, iommu.dirty(tables, 0, BASE, 0, PAGE, bitmap));
        refused(Errno.EINVAL, iommu.dirty(tables, 0, BASE, 16 * PAGE, 0, bitmap));
        refused(Errno.EINVAL, iommu.dirty(tables, 0, BASE + 100, PAGE, PAGE, bitmap));
        refused(Errno.EINVAL, iommu.dirty(tables, 0, BASE, PAGE + 1, PAGE, bitmap));
        refused(Errno.EINVAL, iommu.dirty(tables, 0, BASE, 16 * PAGE, 32 * PAGE, bitmap));
        refused(Errno.EOVERFLOW, iommu.dirty(tables, 0, -PAGE, 2 * PAGE, PAGE, bitmap));
        refused(Errno.EOPNOTSUPP, iommu.dirty(tables, 2, BASE, PAGE, PAGE, bitmap));
        assertEquals(0, iommu.dirty(tables, 0, BASE, PAGE, 3 * PAGE, bitmap));
    }

    @Test
    void onlyTablesThatWereAskedToTrack() {
        int plain = iommu.pageTables(DEVICE, ioas, 0);
        refused(Errno.EOPNOTSUPP, iommu.track(plain, true));
        assertEquals(plain, iommu.attach(edu.device, plain));
        write(1);
        refused(Errno.EOPNOTSUPP, iommu.dirty(plain, 0, BASE, PAGE, PAGE, bitmap));
        assertEquals(0, dirty(0));
    }

    @Test
    void infoSaysThatItCan() {
        HwInfo info = new HwInfo(DEVICE, 0);
        assertEquals(0, iommu.call(IommufdRequests.GET_HW_INFO, info));

        assertEquals(HwInfo.DIRTY_TRACKING, info.capabilities() & HwInfo.DIRTY_TRACKING);
    }
}
