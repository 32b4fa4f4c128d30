// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.jvfio.testkit.Seam.PAGE;
import static org.jvfio.testkit.Seam.refused;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.Type1DmaMap;
import org.jvfio.linux.uapi.Type1DmaUnmap;
import org.jvfio.linux.uapi.VfioRequests;

/** The two versions of the type 1 IOMMU: what they share, and where they differ. */
final class Type1Test {
    private static final int INFO_SIZE = 120;

    private Seam seam;

    @BeforeEach
    void open() {
        seam = Seam.open();
    }

    @AfterEach
    void close() {
        seam.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {VfioRequests.TYPE1_IOMMU, VfioRequests.TYPE1V2_IOMMU})
    void bothVersionsHaveTheSameExtensions(int version) {
        Type1 container = Type1.open(seam, version);

        for (int extension = 0; extension < 16; extension++) {
            int expected = List.of(1, 3, 9, 10).contains(extension) ? 1 : 0;
            assertEquals(expected, container.extension(extension), "extension " + extension);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {VfioRequests.TYPE1_IOMMU, VfioRequests.TYPE1V2_IOMMU})
    void noOtherIommuCanBeChosenAfterwards(int version) {
        Type1 container = Type1.open(seam, version);

        for (int type = 0; type < 16; type++) {
            refused(Errno.EINVAL, container.setIommu(type));
        }
    }

    @Test
    void version1TakesAllThatBeginsInTheRange() {
        Type1 container = Type1.version1(seam);
        long vaddr = seam.memory(16 * PAGE);

        assertEquals(0, container.map(0x10 * PAGE, vaddr, 16 * PAGE));
        assertEquals(0, container.unmap(0x1f * PAGE, 2 * PAGE));
        assertEquals(16 * PAGE, container.unmap(0xf * PAGE, 2 * PAGE));
        assertEquals(0, container.map(0x10 * PAGE, vaddr, 16 * PAGE));
        assertEquals(16 * PAGE, container.unmap(0x8 * PAGE, 64 * PAGE));
    }

    @Test
    void version1TakesNothingWhereTheRangeBeginsInsideAMapping() {
        Type1 container = Type1.version1(seam);
        long vaddr = seam.memory(8 * PAGE);
        assertEquals(0, container.map(0x10 * PAGE, vaddr, 4 * PAGE));
        assertEquals(0, container.map(0x14 * PAGE, vaddr + 4 * PAGE, 4 * PAGE));

        assertEquals(0, container.unmap(0x12 * PAGE, 6 * PAGE));

        assertEquals(4 * PAGE, container.unmap(0x14 * PAGE, 2 * PAGE));
        assertEquals(4 * PAGE, container.unmap(0x10 * PAGE, 8 * PAGE));
    }

    @Test
    void version2CutsNeitherOfTwo() {
        Type1 container = Type1.version2(seam);
        long vaddr = seam.memory(8 * PAGE);
        assertEquals(0, container.map(0x10 * PAGE, vaddr, 4 * PAGE));
        assertEquals(0, container.map(0x14 * PAGE, vaddr + 4 * PAGE, 4 * PAGE));

        refused(Errno.EINVAL, container.unmap(0x12 * PAGE, 6 * PAGE));
        refused(Errno.EINVAL, container.unmap(0x14 * PAGE, 2 * PAGE));
        refused(Errno.EINVAL, container.unmap(0xf * PAGE, 2 * PAGE));
        assertEquals(8 * PAGE, container.unmap(0x10 * PAGE, 8 * PAGE));
    }

    @ParameterizedTest
    @ValueSource(ints = {VfioRequests.TYPE1_IOMMU, VfioRequests.TYPE1V2_IOMMU})
    void everythingIsUnmappedWithoutARange(int version) {
        Type1 container = Type1.open(seam, version);
        assertEquals(0, container.map(0x10 * PAGE, seam.memory(4 * PAGE), 4 * PAGE));

        refused(Errno.EINVAL, container.unmap(0, PAGE, Type1DmaUnmap.ALL));
        refused(Errno.EINVAL, container.unmap(0, 1, Type1DmaUnmap.ALL));
        refused(Errno.EINVAL, container.unmap(PAGE, 0, Type1DmaUnmap.ALL));
        refused(Errno.EINVAL, container.unmap(1, 0, Type1DmaUnmap.ALL));
        assertEquals(4 * PAGE, container.unmap(0, 0, Type1DmaUnmap.ALL));
        assertEquals(0, container.unmap(0, 0, Type1DmaUnmap.ALL));
    }

    @ParameterizedTest
    @ValueSource(ints = {VfioRequests.TYPE1_IOMMU, VfioRequests.TYPE1V2_IOMMU})
    void nothingThereIsNothingUnmapped(int version) {
        Type1 container = Type1.open(seam, version);

        assertEquals(0, container.unmap(0, -PAGE));
        assertEquals(0, container.unmap(PAGE, -PAGE));
        assertEquals(0, container.unmap(-PAGE, PAGE));
        assertEquals(0, container.unmap(0, Long.MIN_VALUE));
        refused(Errno.EOVERFLOW, container.unmap(2 * PAGE, -PAGE));
        refused(Errno.EOVERFLOW, container.unmap(-PAGE, 2 * PAGE));
        refused(Errno.EINVAL, container.unmap(0, -1));
        refused(Errno.EINVAL, container.unmap(0, 0));
        refused(Errno.EINVAL, container.unmap(0x10001, PAGE + 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {VfioRequests.TYPE1_IOMMU, VfioRequests.TYPE1V2_IOMMU})
    void mappingsThatWrapAreToldApart(int version) {
        Type1 container = Type1.open(seam, version);
        long vaddr = seam.memory(PAGE);

        refused(Errno.EINVAL, container.map(-PAGE, vaddr, PAGE));
        refused(Errno.EOVERFLOW, container.map(-PAGE, vaddr, 2 * PAGE));
        refused(Errno.EOVERFLOW, container.map(1 - PAGE, vaddr, 2 * PAGE));
        refused(Errno.EOVERFLOW, container.map(0, -PAGE, 2 * PAGE));
        refused(Errno.EFAULT, container.map(0, -PAGE, PAGE));
        refused(Errno.EOVERFLOW, container.map(0, vaddr, -PAGE));
        refused(Errno.EOVERFLOW, container.map(-PAGE, vaddr, 2 * PAGE, 0));
        refused(Errno.EOVERFLOW, container.map(-PAGE, vaddr, 2 * PAGE, 7));
        refused(Errno.EINVAL, container.map(-PAGE, vaddr, 2 * PAGE, 8));
        refused(Errno.EINVAL, container.map(0, vaddr, 0, Type1DmaMap.READ));
    }

    @Test
    void infoFillsNoMoreThanItsRoom() {
        Type1 container = Type1.version2(seam);
        for (int room = 12; room < 140; room++) {
            Words info = new Words(40);
            for (int at = Integer.BYTES; at < 160; at += Integer.BYTES) {
                info.u32(at, 0xaaaaaaaa);
            }
            info.u32(0, room);

            int result = seam.ioctl(container.fd, VfioRequests.IOMMU_GET_INFO, info);

            if (room < 16) {
                refused(Errno.EINVAL, result);
                assertEquals(room, info.u32(0));
            } else {
                assertEquals(0, result);
                assertEquals(Math.max(room, INFO_SIZE), info.u32(0));
                assertInfo(info, room);
            }
        }
    }

    /**
     * Checks which bytes were written: the fixed ones as far as they fit, the others all or none.
     */
    private void assertInfo(Words info, int room) {
        boolean whole = room >= INFO_SIZE;
        int written = whole ? INFO_SIZE : Math.min(room, 24);
        for (int at = 0; at < 160; at++) {
            int value = seam.view(info.address(), 160).get(at) & 0xff;
            if (at >= written) {
                assertEquals(0xaa, value, "byte " + at + " with room for " + room);
            } else if (at >= 16 && at < 24) {
                int offset = at == 16 && whole ? 24 : 0;
                assertEquals(offset, value, "byte " + at + " with room for " + room);
            }
        }
        assertEquals(3, info.u32(4));
        assertEquals(PAGE == 4096 ? 0x40201000L : 0x20010000L, info.u64(8));
    }
}
