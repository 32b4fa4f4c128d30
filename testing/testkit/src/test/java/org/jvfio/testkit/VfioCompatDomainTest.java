// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.jvfio.testkit.Seam.PAGE;
import static org.jvfio.testkit.Seam.refused;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.IommuOption;
import org.jvfio.linux.uapi.IommufdRequests;
import org.jvfio.linux.uapi.Type1DmaMap;
import org.jvfio.linux.uapi.Type1DmaUnmap;
import org.jvfio.linux.uapi.Type1Info;
import org.jvfio.linux.uapi.VfioIoas;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.testkit.acceptance.AcceptanceLog;

/**
 * The cases of the kernel's fixture {@code vfio_compat_mock_domain}, by their names there, with a
 * device of the machine in the mock's place.
 */
@ExtendWith(AcceptanceLog.class)
final class VfioCompatDomainTest {
    private static final long BASE = 0x4000_0000L;
    private static final int LARGE = 2 << 20;

    private Seam seam;
    private IommuFile iommu;
    private int ioas;

    /** The variants of the fixture. */
    enum Version {
        Ver1v2(VfioRequests.TYPE1V2_IOMMU),
        Ver1v0(VfioRequests.TYPE1_IOMMU);

        private final int type;

        Version(int type) {
            this.type = type;
        }
    }

    @BeforeEach
    void open() {
        seam = Seam.open();
        iommu = new IommuFile(seam);
        ioas = iommu.allocate();
        assertEquals(0, iommu.call(IommufdRequests.VFIO_IOAS, VfioIoas.set(ioas)));
    }

    @AfterEach
    void close() {
        seam.close();
    }

    private void set(Version version) {
        assertEquals(0, seam.ioctl(iommu.fd, VfioRequests.SET_IOMMU, version.type));
        assertTrue(iommu.attach(iommu.bound(Seam.EDU), ioas) > 0);
    }

    private int map(long iova, long vaddr, long size) {
        Type1DmaMap map = new Type1DmaMap();
        int flags = Type1DmaMap.READ | Type1DmaMap.WRITE;
        return iommu.call(VfioRequests.IOMMU_MAP_DMA, map.set(iova, vaddr, size, flags));
    }

    private long unmap(long iova, long size, int flags) {
        Type1DmaUnmap unmap = new Type1DmaUnmap().set(iova, size, flags);
        int result = iommu.call(VfioRequests.IOMMU_UNMAP_DMA, unmap);
        return result < 0 ? result : unmap.size();
    }

    @ParameterizedTest(name = "IU-26 vfio_compat_mock_domain simple_close")
    @EnumSource
    void simple_close(Version version) {
        set(version);
    }

    @ParameterizedTest(name = "IU-27 vfio_compat_mock_domain option_huge_pages")
    @EnumSource
    void option_huge_pages(Version version) {
        set(version);
        IommuOption question = IommuOption.get(IommuOption.HUGE_PAGES, ioas);
        assertEquals(0, iommu.call(IommufdRequests.OPTION, question));
        assertEquals(version == Version.Ver1v2 ? 1 : 0, question.value());
    }

    @ParameterizedTest(name = "IU-28 vfio_compat_mock_domain get_info")
    @EnumSource
    void get_info(Version version) {
        set(version);
        Words old = Words.of(16, 0, 0, 0, -1, -1);
        assertEquals(0, iommu.call(VfioRequests.IOMMU_GET_INFO, old));
        assertEquals(88, old.u32(0));
        assertEquals(3, old.u32(4));
        assertEquals(-1, old.u32(16));
        for (int length = 24; length < 128; length++) {
            Words info = new Words(64).u32(0, length);
            for (int at = length & -4; at < 256; at += 4) {
                info.u32(Math.max(at, 4), -1);
            }
            assertEquals(0, iommu.call(VfioRequests.IOMMU_GET_INFO, info));
            assertEquals(88, info.u32(0));
            assertEquals(length < 88 ? 0 : 24, info.u32(16), "offset with " + length);
            for (int at = length + 3 & -4; at < 256; at += 4) {
                assertEquals(-1, info.u32(at), at + " with " + length);
            }
        }
        Type1Info whole = new Type1Info(88);
        assertEquals(0, iommu.call(VfioRequests.IOMMU_GET_INFO, whole));
        assertEquals(2, whole.iovaRanges().orElseThrow().size());
    }

    @ParameterizedTest(name = "IU-29 vfio_compat_mock_domain map")
    @EnumSource
    void map(Version version) {
        set(version);
        long buffer = seam.memory(LARGE);
        assertEquals(0, map(BASE, buffer, LARGE));
        assertEquals(LARGE, unmap(BASE, LARGE, 0));
        assertEquals(0, unmap(BASE, LARGE, 0));
        assertEquals(0, map(BASE, buffer, LARGE));
        refused(Errno.EINVAL, unmap(0, LARGE, Type1DmaUnmap.ALL));
        refused(Errno.EINVAL, unmap(BASE, 0, Type1DmaUnmap.ALL));
        assertEquals(LARGE, unmap(0, 0, Type1DmaUnmap.ALL));
        assertEquals(0, unmap(0, 0, Type1DmaUnmap.ALL));
        List<Long> pages = shuffled();
        pages.forEach(at -> assertEquals(0, map(BASE + at, buffer + at, PAGE)));
        Collections.reverse(pages);
        pages.forEach(at -> assertEquals(PAGE, unmap(BASE + at, PAGE, 0)));
    }

    @ParameterizedTest(name = "IU-30 vfio_compat_mock_domain huge_map")
    @EnumSource
    void huge_map(Version version) {
        set(version);
        long before = seam.locked();
        long buffer = (seam.memory(2 * LARGE) + LARGE - 1) & -LARGE;
        assertEquals(0, map(BASE, buffer, LARGE));
        if (version == Version.Ver1v2) {
            refused(Errno.ENOENT, unmap(BASE + PAGE, PAGE, 0));
            assertEquals(LARGE, unmap(BASE, LARGE, 0));
            return;
        }
        for (long at : shuffled()) {
            assertEquals(PAGE, unmap(BASE + at, PAGE, 0));
        }
        assertEquals(before, seam.locked());
        assertEquals(0, unmap(0, 0, Type1DmaUnmap.ALL));
    }

    /** Where pages begin, in an order that is the same each time. */
    private static List<Long> shuffled() {
        List<Long> pages = new ArrayList<>();
        for (long at = 0; at < LARGE; at += PAGE) {
            pages.add(at);
        }
        Collections.shuffle(pages, new Random(1));
        return pages;
    }
}
