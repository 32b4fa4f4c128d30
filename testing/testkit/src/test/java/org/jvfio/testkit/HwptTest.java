// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.jvfio.testkit.Seam.PAGE;
import static org.jvfio.testkit.Seam.refused;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.IovaRange;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.HwInfo;
import org.jvfio.linux.uapi.HwptAlloc;
import org.jvfio.linux.uapi.IommufdRequests;

/** Page tables that were asked for, and what the IOMMU says of itself. */
final class HwptTest {
    private static final IovaRange LOW = new IovaRange(0, 0xfedfffffL);
    private static final IovaRange HIGH = new IovaRange(0xfef00000L, 0xffffffffffffL);
    private static final List<IovaRange> TRANSLATED = List.of(new IovaRange(0, 0xffffffffffffL));
    private static final int DEVICE = 2;

    private Seam seam;
    private IommuFile iommu;
    private int ioas;
    private int device;

    @BeforeEach
    void open() {
        seam = Seam.open();
        iommu = new IommuFile(seam);
        ioas = iommu.allocate();
        device = iommu.bound(Seam.EDU);
    }

    @AfterEach
    void close() {
        seam.close();
    }

    private int words(int... rest) {
        Words words = new Words(12).u32(0, 48);
        for (int i = 0; i < rest.length; i++) {
            words.u32(4 * (i + 1), rest[i]);
        }
        return iommu.call(IommufdRequests.HWPT_ALLOC, words);
    }

    @Test
    void pageTablesPinAndReserveBeforeAnyDeviceIsAttached() {
        long before = seam.locked();
        assertEquals(0, iommu.map(ioas, 0x10000, seam.memory(16 * PAGE), 16 * PAGE));

        int tables = iommu.pageTables(DEVICE, ioas, 0);

        assertEquals(3, tables);
        assertEquals(before + 16 * PAGE, seam.locked());
        assertEquals(TRANSLATED, iommu.ranges(ioas).ranges());
        assertEquals(PAGE, iommu.ranges(ioas).alignment());
        refused(Errno.EBUSY, iommu.destroy(ioas));
        assertEquals(0, iommu.destroy(tables));
        assertEquals(before, seam.locked());
        assertEquals(List.of(IovaRange.ALL), iommu.ranges(ioas).ranges());
        assertEquals(0, iommu.destroy(ioas));
    }

    @Test
    void attachedDeviceReservesItsInterrupts() {
        int tables = iommu.pageTables(DEVICE, ioas, 0);
        assertEquals(0, iommu.map(ioas, 0xfee00000L, seam.memory(PAGE), PAGE));
        refused(Errno.EADDRINUSE, iommu.attach(device, tables));
        assertEquals(PAGE, iommu.unmap(ioas, 0, -1));

        assertEquals(tables, iommu.attach(device, tables));

        assertEquals(List.of(LOW, HIGH), iommu.ranges(ioas).ranges());
        refused(Errno.EBUSY, iommu.destroy(tables));
        assertEquals(0, iommu.detach(device));
        assertEquals(TRANSLATED, iommu.ranges(ioas).ranges());
        assertEquals(0, iommu.destroy(tables));
    }

    @Test
    void deviceGoesFromTablesToTables() {
        int other = iommu.allocate();
        int first = iommu.pageTables(DEVICE, ioas, 0);
        int second = iommu.pageTables(DEVICE, ioas, 0);
        assertEquals(first, iommu.attach(device, first));

        assertEquals(second, iommu.attach(device, second));

        assertEquals(0, iommu.destroy(first));
        int automatic = iommu.attach(device, ioas);
        assertEquals(first, automatic);
        assertEquals(0, iommu.destroy(second));
        refused(Errno.EBUSY, iommu.destroy(automatic));
        assertTrue(iommu.attach(device, other) > 0);
        refused(Errno.ENOENT, iommu.destroy(automatic));
        assertEquals(List.of(IovaRange.ALL), iommu.ranges(ioas).ranges());
        assertEquals(List.of(LOW, HIGH), iommu.ranges(other).ranges());
    }

    @Test
    void pageTablesOutliveTheDeviceTheyWereMadeFor() {
        int tables = iommu.pageTables(DEVICE, ioas, 0);
        assertEquals(tables, iommu.attach(device, tables));

        seam.close(device);

        refused(Errno.ENOENT, iommu.destroy(DEVICE));
        int next = iommu.bound("0000:00:07.0");
        assertEquals(tables, iommu.attach(next, tables));
    }

    @Test
    void tablesRefuseMappingsThatTheyCannotHold() {
        long vaddr = seam.memory(PAGE);
        assertEquals(0, iommu.map(ioas, 0x10000, 0, PAGE));
        refused(Errno.EFAULT, iommu.pageTables(DEVICE, ioas, 0));
        assertEquals(PAGE, iommu.unmap(ioas, 0, -1));
        assertEquals(0, iommu.map(ioas, 1L << 50, vaddr, PAGE));
        refused(Errno.EADDRINUSE, iommu.pageTables(DEVICE, ioas, 0));
        assertEquals(PAGE, iommu.unmap(ioas, 0, -1));
        assertEquals(0, iommu.map(ioas, 1, vaddr + 1, 16));
        refused(Errno.EADDRINUSE, iommu.pageTables(DEVICE, ioas, 0));
        assertEquals(16, iommu.unmap(ioas, 0, -1));

        assertEquals(3, iommu.pageTables(DEVICE, ioas, 0));
    }

    @Test
    void allocationRefusesWhatThisIommuHasNot() {
        int tables = iommu.pageTables(DEVICE, ioas, 0);

        refused(Errno.EOPNOTSUPP, iommu.pageTables(DEVICE, ioas, HwptAlloc.DIRTY_TRACKING));
        refused(Errno.EOPNOTSUPP, iommu.pageTables(DEVICE, ioas, HwptAlloc.NEST_PARENT));
        refused(Errno.EOPNOTSUPP, iommu.pageTables(DEVICE, ioas, 16));
        refused(Errno.ENOENT, iommu.pageTables(DEVICE, ioas, 4));
        refused(Errno.ENOENT, iommu.pageTables(99, ioas, 0));
        refused(Errno.ENOENT, iommu.pageTables(ioas, ioas, 0));
        refused(Errno.EINVAL, iommu.pageTables(DEVICE, 99, 0));
        refused(Errno.EINVAL, iommu.pageTables(DEVICE, DEVICE, 0));
        refused(Errno.EOPNOTSUPP, iommu.pageTables(DEVICE, tables, 0));
        refused(Errno.EINVAL, words(0, DEVICE, ioas, 0, 0, 1, 0));
        refused(Errno.EINVAL, words(0, DEVICE, ioas, 0, 0, 0, 8));
        refused(Errno.EOPNOTSUPP, words(0, DEVICE, ioas, 0, 0, 7, 8));
        refused(Errno.EOPNOTSUPP, words(0, DEVICE, ioas, 0, 1));
        assertTrue(iommu.pageTables(DEVICE, ioas, 8) > 0);
    }

    @Test
    void withoutTrackingNothingIsSaidAboutDirtyPages() {
        int tables = iommu.pageTables(DEVICE, ioas, 0);

        refused(Errno.EOPNOTSUPP, iommu.track(tables, true));
        refused(Errno.EOPNOTSUPP, iommu.track(tables, false));
        refused(Errno.EOPNOTSUPP, iommu.dirty(tables, 0, 0, PAGE, PAGE, seam.memory(PAGE)));
        refused(Errno.ENOENT, iommu.track(ioas, true));
        refused(Errno.ENOENT, iommu.track(99, true));
        refused(Errno.ENOENT, iommu.dirty(ioas, 0, 0, PAGE, PAGE, seam.memory(PAGE)));
    }

    @Test
    void infoIsVtdsAndFitsTheRoom() {
        HwInfo info = new HwInfo(DEVICE, 64);

        assertEquals(0, iommu.call(IommufdRequests.GET_HW_INFO, info));

        assertEquals(1, info.dataType());
        assertEquals(24, info.dataLength());
        assertEquals(8, info.capabilities());
        ByteBuffer vtd = ByteBuffer.wrap(info.data()).order(ByteOrder.nativeOrder());
        assertEquals(1, vtd.getInt(0));
        assertEquals(0x00d2008c222f0686L, vtd.getLong(8));
        assertEquals(0x00f00f4aL, vtd.getLong(16));
        HwInfo none = new HwInfo(DEVICE, 0);
        assertEquals(0, iommu.call(IommufdRequests.GET_HW_INFO, none));
        assertEquals(24, none.dataLength());
        HwInfo some = new HwInfo(DEVICE, 12);
        assertEquals(0, iommu.call(IommufdRequests.GET_HW_INFO, some));
        assertEquals(0x222f0686, ByteBuffer.wrap(some.data()).order(vtd.order()).getInt(8));
        assertEquals(24, some.dataLength());
    }

    @Test
    void infoRefusesOtherKindsAndOtherObjects() {
        refused(Errno.ENOENT, iommu.call(IommufdRequests.GET_HW_INFO, new HwInfo(99, 0)));
        refused(Errno.ENOENT, iommu.call(IommufdRequests.GET_HW_INFO, new HwInfo(ioas, 0)));
        var request = IommufdRequests.GET_HW_INFO;
        refused(
                Errno.EOPNOTSUPP,
                iommu.call(request, Words.of(40, 2, DEVICE, 0, 0, 0, 0, 0, 0, 0)));
        refused(
                Errno.EOPNOTSUPP,
                iommu.call(request, Words.of(40, 1, DEVICE, 0, 0, 0, 2, 0, 0, 0)));
        assertEquals(0, iommu.call(request, Words.of(40, 1, DEVICE, 0, 0, 0, 1, 0, 0, 0)));
        refused(
                Errno.EOPNOTSUPP,
                iommu.call(request, Words.of(40, 0, DEVICE, 0, 0, 0, 0, 0x100, 0, 0)));
        refused(Errno.EFAULT, iommu.call(request, Words.of(40, 0, DEVICE, 8, 0, 0, 0, 0, 0, 0)));
        assertEquals(0, iommu.call(request, Words.of(32, 0, DEVICE, 0, 0, 0, 0, 0)));
    }
}
