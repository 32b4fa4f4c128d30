// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.jvfio.testkit.IommuFile.FIXED;
import static org.jvfio.testkit.Seam.PAGE;
import static org.jvfio.testkit.Seam.refused;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.jvfio.IovaRange;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.IoasIovaRanges;
import org.jvfio.linux.uapi.IommuOption;
import org.jvfio.linux.uapi.IommufdRequests;
import org.jvfio.testkit.acceptance.AcceptanceLog;

/**
 * The cases of the kernel's fixture {@code iommufd_ioas} that need no mock device, by their names
 * there; a device of the machine takes the mock's place where one is needed.
 */
@ExtendWith(AcceptanceLog.class)
final class IoasTest {
    private static final long BASE = 0x1000_0000L;
    private static final int BUFFER = 16 * PAGE;

    private Seam seam;
    private IommuFile iommu;
    private int ioas;
    private long buffer;

    @BeforeEach
    void open() {
        seam = Seam.open();
        iommu = new IommuFile(seam);
        ioas = iommu.allocate();
        buffer = seam.memory(BUFFER);
    }

    @AfterEach
    void close() {
        seam.close();
    }

    private static IovaRange range(long first, long last) {
        return new IovaRange(first, last);
    }

    private int option(long value) {
        var huge = IommuOption.set(IommuOption.HUGE_PAGES, ioas, value);
        return iommu.call(IommufdRequests.OPTION, huge);
    }

    @Test
    @DisplayName("IU-13 iommufd_ioas ioas_destroy")
    void ioas_destroy() {
        assertEquals(0, iommu.destroy(ioas));
        int other = iommu.allocate();
        int device = iommu.bound(Seam.EDU);
        assertTrue(iommu.attach(device, other) > 0);
        refused(Errno.EBUSY, iommu.destroy(other));
        assertEquals(0, iommu.detach(device));
        assertEquals(0, iommu.destroy(other));
    }

    @Test
    @DisplayName("IU-14 iommufd_ioas ioas_area_destroy")
    void ioas_area_destroy() {
        assertEquals(0, iommu.map(ioas, BASE, buffer, PAGE));
        assertEquals(0, iommu.destroy(ioas));
    }

    @Test
    @DisplayName("IU-15 iommufd_ioas ioas_area_auto_destroy")
    void ioas_area_auto_destroy() {
        for (int i = 0; i < 10; i++) {
            assertEquals(0, iommu.map(ioas, BASE + i * 2L * PAGE, buffer, PAGE));
        }
    }

    @Test
    @DisplayName("IU-16 iommufd_ioas area")
    void area() {
        refused(Errno.ENOENT, iommu.unmap(ioas, BASE, PAGE));
        for (int i = 0; i < 10; i++) {
            assertEquals(0, iommu.map(ioas, BASE + i * 16L * PAGE, buffer, 10 * PAGE));
        }
        for (int i = 0; i < 10; i++) {
            assertEquals(10 * PAGE, iommu.unmap(ioas, BASE + i * 16L * PAGE, 10 * PAGE));
        }
        assertEquals(0, iommu.map(ioas, BASE, buffer, 16 * PAGE));
        refused(Errno.ENOENT, iommu.unmap(ioas, BASE + 8 * PAGE, 8 * PAGE));
        refused(Errno.ENOENT, iommu.unmap(ioas, BASE, 8 * PAGE));
        refused(Errno.ENOENT, iommu.unmap(ioas, BASE + PAGE, PAGE));
        refused(Errno.EEXIST, iommu.map(ioas, BASE, buffer, 16 * PAGE));
        refused(Errno.EEXIST, iommu.map(ioas, BASE - PAGE, buffer, 2 * PAGE));
        refused(Errno.EEXIST, iommu.map(ioas, BASE + 15 * PAGE, buffer, 2 * PAGE));
        refused(Errno.EEXIST, iommu.map(ioas, BASE + PAGE, buffer, PAGE));
        refused(Errno.EEXIST, iommu.map(ioas, BASE + 8 * PAGE, buffer, 8 * PAGE));
        assertEquals(16 * PAGE, iommu.unmap(ioas, 0, -1));
        assertEquals(0, iommu.unmap(ioas, 0, -1));
    }

    @Test
    @DisplayName("IU-17 iommufd_ioas unmap_fully_contained_areas")
    void unmap_fully_contained_areas() {
        for (int i = 0; i < 4; i++) {
            assertEquals(0, iommu.map(ioas, BASE + i * 16L * PAGE, buffer, 8 * PAGE));
        }
        refused(Errno.ENOENT, iommu.unmap(ioas, BASE + PAGE, 7 * PAGE));
        refused(Errno.ENOENT, iommu.unmap(ioas, BASE + 48 * PAGE, 4 * PAGE));
        assertEquals(32 * PAGE, iommu.unmap(ioas, BASE - 4 * PAGE, 64 * PAGE));
    }

    @Test
    @DisplayName("IU-18 iommufd_ioas area_auto_iova")
    void area_auto_iova() {
        long big = seam.memory(BUFFER);
        for (int length = 1; length <= BUFFER; length = length * 2 + 1) {
            long iova = iommu.mapAnywhere(ioas, big, length);
            assertTrue(iova > 0, length + ": " + iova);
            long natural = Math.min(Long.highestOneBit(length), PAGE);
            assertEquals(0, iova % natural, "alignment of " + length);
            assertEquals(length, iommu.unmap(ioas, iova, length));
        }
        assertEquals(0, iommu.allow(ioas, range(0x40000, 0x4ffff), range(0x80000, 0x8ffff)));
        assertEquals(0x40000, iommu.mapAnywhere(ioas, buffer, 0x1000));
        assertEquals(0x41000, iommu.mapAnywhere(ioas, buffer, 0x1000));
        assertEquals(0x80000, iommu.mapAnywhere(ioas, (buffer + PAGE) | PAGE, 0xf000));
        refused(Errno.ENOSPC, iommu.mapAnywhere(ioas, buffer, 0x10000));
        assertEquals(0, iommu.map(ioas, 0x20000, buffer, PAGE));
        assertEquals(0, iommu.allow(ioas));
        assertEquals(0x1000, iommu.mapAnywhere(ioas, buffer, PAGE));
    }

    @Test
    @DisplayName("IU-19 iommufd_ioas area_allowed")
    void area_allowed() {
        IovaRange interrupts = range(0xfed00000L, 0xfeefffffL);
        assertEquals(0, iommu.allow(ioas, interrupts));
        int device = iommu.bound(Seam.EDU);
        refused(Errno.EADDRINUSE, iommu.attach(device, ioas));
        assertEquals(0, iommu.allow(ioas, range(1L << 48, (1L << 48) + 0xfff)));
        refused(Errno.EADDRINUSE, iommu.attach(device, ioas));
        assertEquals(0, iommu.allow(ioas));
        assertTrue(iommu.attach(device, ioas) > 0);
        refused(Errno.EADDRINUSE, iommu.allow(ioas, interrupts));
        refused(Errno.EADDRINUSE, iommu.allow(ioas, IovaRange.ALL));
        assertEquals(0, iommu.allow(ioas, range(0, 0xfff), range(0x300000, 0x3fffff)));
        refused(Errno.EINVAL, iommu.allow(ioas, range(0, 0xfff), range(0x800, 0x1fff)));
        refused(Errno.ENOENT, iommu.allow(99));
        refused(
                Errno.EOPNOTSUPP,
                iommu.call(IommufdRequests.IOAS_ALLOW_IOVAS, Words.of(24, ioas, 0, 1, 0, 0)));
        refused(
                Errno.EFAULT,
                iommu.call(IommufdRequests.IOAS_ALLOW_IOVAS, Words.of(24, ioas, 1, 0, 0, 0)));
    }

    @Test
    @DisplayName("IU-20 iommufd_ioas iova_ranges")
    void iova_ranges() {
        assertEquals(List.of(IovaRange.ALL), iommu.ranges(ioas).ranges());
        assertEquals(1, iommu.ranges(ioas).alignment());
        IoasIovaRanges none = new IoasIovaRanges(ioas, 0);
        refused(Errno.EMSGSIZE, iommu.call(IommufdRequests.IOAS_IOVA_RANGES, none));
        assertEquals(1, none.available());
        assertTrue(iommu.attach(iommu.bound(Seam.EDU), ioas) > 0);
        IoasIovaRanges one = new IoasIovaRanges(ioas, 1);
        refused(Errno.EMSGSIZE, iommu.call(IommufdRequests.IOAS_IOVA_RANGES, one));
        assertEquals(2, one.available());
        assertEquals(List.of(range(0, 0xfedfffffL)), one.ranges());
    }

    @Test
    @DisplayName("IU-21 iommufd_ioas copy_area")
    void copy_area() {
        assertEquals(0, iommu.map(ioas, BASE, buffer, PAGE));
        assertEquals(BASE + PAGE, iommu.copy(ioas, BASE, PAGE, ioas, BASE + PAGE, FIXED));
        int other = iommu.allocate();
        assertEquals(BASE, iommu.copy(ioas, BASE, PAGE, other, BASE, FIXED));
        assertEquals(0, iommu.destroy(other));
        assertEquals(2 * PAGE, iommu.unmap(ioas, BASE, 2 * PAGE));
    }

    @Test
    @DisplayName("IU-22 iommufd_ioas ioas_option_huge_pages")
    void ioas_option_huge_pages() {
        IommuOption question = IommuOption.get(IommuOption.HUGE_PAGES, ioas);
        assertEquals(0, iommu.call(IommufdRequests.OPTION, question));
        assertEquals(1, question.value());
        assertEquals(0, option(0));
        assertEquals(0, iommu.call(IommufdRequests.OPTION, question));
        assertEquals(0, question.value());
        refused(Errno.EINVAL, option(2));
        assertEquals(0, option(1));
    }

    @Test
    @DisplayName("IU-23 iommufd_ioas ioas_iova_alloc")
    void ioas_iova_alloc() {
        for (int length = 1; length != 1021; length += 51) {
            long iova = iommu.mapAnywhere(ioas, buffer, length);
            assertTrue(iova > 0, length + ": " + iova);
            assertEquals(length, iommu.unmap(ioas, iova, length));
        }
        assertTrue(iommu.attach(iommu.bound(Seam.EDU), ioas) > 0);
        refused(Errno.EINVAL, iommu.mapAnywhere(ioas, buffer, PAGE - 1));
        assertTrue(iommu.mapAnywhere(ioas, buffer, PAGE) > 0);
    }

    @Test
    @DisplayName("IU-24 iommufd_ioas ioas_align_change")
    void ioas_align_change() {
        assertEquals(0, option(0));
        refused(Errno.EINVAL, iommu.map(ioas, BASE + 7, buffer + 7, PAGE - 7));
        assertEquals(0, option(1));
        assertEquals(0, iommu.map(ioas, BASE + 7, buffer + 7, PAGE - 7));
        refused(Errno.EADDRINUSE, option(0));
        refused(Errno.EADDRINUSE, iommu.attach(iommu.bound(Seam.EDU), ioas));
        assertEquals(PAGE - 7, iommu.unmap(ioas, 0, -1));
        assertEquals(0, option(0));
        assertTrue(iommu.attach(iommu.bound("0000:00:07.0"), ioas) > 0);
        assertEquals(0, iommu.map(ioas, BASE, buffer, PAGE));
        assertEquals(0, option(1));
        refused(Errno.EINVAL, option(0));
    }

    @Test
    @DisplayName("IU-25 iommufd_ioas copy_sweep")
    void copy_sweep() {
        long first = BASE + 41;
        long last = first + 3L * PAGE - 52 - 1;
        int other = iommu.allocate();
        assertEquals(0, iommu.map(ioas, first, buffer, last - first + 1));
        for (long from = BASE - PAGE; from < last + 2 * PAGE; from += 511) {
            for (long length = 1; length < 4 * PAGE; length += 3 * 511) {
                boolean inside = from >= first && from + length - 1 <= last;
                long copied = iommu.copy(ioas, from, length, other, BASE, FIXED);
                if (inside) {
                    assertEquals(BASE, copied);
                    assertEquals(length, iommu.unmap(other, BASE, length));
                } else {
                    refused(Errno.ENOENT, copied);
                }
            }
        }
    }
}
