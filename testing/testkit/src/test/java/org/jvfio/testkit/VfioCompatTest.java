// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.jvfio.linux.uapi.VfioRequests.TYPE1V2_IOMMU;
import static org.jvfio.linux.uapi.VfioRequests.TYPE1_IOMMU;
import static org.jvfio.testkit.Seam.PAGE;
import static org.jvfio.testkit.Seam.refused;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvfio.IovaRange;
import org.jvfio.linux.Errno;
import org.jvfio.linux.ProcessMemory;
import org.jvfio.linux.uapi.IommufdRequests;
import org.jvfio.linux.uapi.Type1DmaMap;
import org.jvfio.linux.uapi.Type1DmaUnmap;
import org.jvfio.linux.uapi.Type1Info;
import org.jvfio.linux.uapi.VfioIoas;
import org.jvfio.linux.uapi.VfioRequests;

/** {@code /dev/iommu} as a VFIO container, without a device. */
final class VfioCompatTest {
    private static final int READ_WRITE = Type1DmaMap.READ | Type1DmaMap.WRITE;
    private static final byte UNTOUCHED = (byte) 0xab;

    private Seam seam;
    private IommuFile iommu;

    @BeforeEach
    void open() {
        seam = Seam.open();
        iommu = new IommuFile(seam);
    }

    @AfterEach
    void close() {
        seam.close();
    }

    /** The address space that the container's requests are about, or a negated errno. */
    private int chosen() {
        VfioIoas question = VfioIoas.get();
        int result = iommu.call(IommufdRequests.VFIO_IOAS, question);
        return result < 0 ? result : question.ioas();
    }

    private int choose(int ioas) {
        return iommu.call(IommufdRequests.VFIO_IOAS, VfioIoas.set(ioas));
    }

    /** A container with an IOMMU of this type; the address space. */
    private int container(int type) {
        int ioas = iommu.allocate();
        assertEquals(0, choose(ioas));
        assertEquals(0, iommu.setIommu(type));
        return ioas;
    }

    private int extension(int number) {
        return seam.ioctl(iommu.fd, VfioRequests.CHECK_EXTENSION, number);
    }

    private int map(long iova, long vaddr, long size) {
        return iommu.mapDma(iova, vaddr, size, READ_WRITE);
    }

    private long unmap(long iova, long size) {
        return iommu.unmapDma(iova, size, 0);
    }

    @Test
    void emptyFileAnswersForAllIommusThatItCouldHave() {
        assertEquals(0, seam.ioctl(iommu.fd, VfioRequests.GET_API_VERSION, 0));
        for (int number = 0; number < 14; number++) {
            if (number != VfioRequests.DMA_CC_IOMMU) {
                int expected = List.of(1, 3, 8, 9).contains(number) ? 1 : 0;
                assertEquals(expected, extension(number), "extension " + number);
            }
        }
        refused(Errno.ENODEV, extension(VfioRequests.DMA_CC_IOMMU));
        iommu.call(IommufdRequests.VFIO_IOAS, VfioIoas.set(iommu.allocate()));
        assertEquals(1, extension(VfioRequests.DMA_CC_IOMMU));
    }

    @Test
    void withoutAddressSpaceNothingCanBeDone() {
        refused(Errno.ENODEV, iommu.setIommu(TYPE1_IOMMU));
        refused(Errno.ENODEV, iommu.setIommu(TYPE1V2_IOMMU));
        refused(Errno.EINVAL, iommu.setIommu(VfioRequests.UNMAP_ALL));
        refused(Errno.ENODEV, map(0, seam.memory(PAGE), PAGE));
        refused(Errno.ENODEV, unmap(0, PAGE));
        refused(Errno.ENODEV, iommu.call(VfioRequests.IOMMU_GET_INFO, new Type1Info(200)));
        refused(Errno.EINVAL, iommu.mapDma(0, 0, PAGE, READ_WRITE | Type1DmaMap.VADDR));
        refused(Errno.EINVAL, iommu.unmapDma(0, PAGE, Type1DmaUnmap.GET_DIRTY_BITMAP));
        refused(Errno.EINVAL, iommu.unmapDma(0, PAGE, Type1DmaUnmap.VADDR));
        refused(Errno.EFAULT, seam.ioctl(iommu.fd, VfioRequests.IOMMU_MAP_DMA, 0));
        refused(Errno.ENOTTY, seam.ioctl(iommu.fd, VfioRequests.GROUP_GET_STATUS, 0));
    }

    @Test
    void addressSpaceIsChosenAndForgotten() {
        refused(Errno.ENODEV, chosen());
        refused(Errno.ENOENT, choose(99));
        assertEquals(0, iommu.call(IommufdRequests.VFIO_IOAS, VfioIoas.clear()));
        iommu.allocate();
        int ioas = iommu.allocate();

        assertEquals(0, choose(ioas));

        assertEquals(ioas, chosen());
        assertEquals(0, iommu.destroy(ioas));
        refused(Errno.ENODEV, chosen());
        refused(
                Errno.EOPNOTSUPP,
                iommu.call(IommufdRequests.VFIO_IOAS, new Words(3).u32(0, 12).u16(8, 3)));
        refused(
                Errno.EOPNOTSUPP,
                iommu.call(IommufdRequests.VFIO_IOAS, new Words(3).u32(0, 12).u16(10, 1)));
    }

    @Test
    void infoFitsEveryLength() {
        container(TYPE1V2_IOMMU);
        Type1Info whole = new Type1Info(72);
        assertEquals(0, iommu.call(VfioRequests.IOMMU_GET_INFO, whole));
        assertEquals(72, whole.needed());
        assertEquals(-PAGE, whole.pageSizes());
        assertEquals(0xffff_ffffL, whole.dmaAvailable().getAsLong());
        assertEquals(List.of(IovaRange.ALL), whole.iovaRanges().orElseThrow());

        for (int length = 0; length < 80; length++) {
            assertInfoFits(length);
        }
    }

    private void assertInfoFits(int length) {
        Words info = new Words(128);
        for (int i = 4; i < info.capacity(); i++) {
            ProcessMemory.view(info.address(), info.capacity()).put(i, UNTOUCHED);
        }
        info.u32(0, length);
        int result = iommu.call(VfioRequests.IOMMU_GET_INFO, info);
        if (length < 16) {
            refused(Errno.EINVAL, result);
            return;
        }
        assertEquals(0, result);
        assertEquals(72, info.u32(0));
        if (length >= 20) {
            assertEquals(length < 72 ? 0 : 24, info.u32(16), "offset with " + length);
        }
        if (length >= 36) {
            assertEquals(length < 40 ? 0 : 40, info.u32(28), "next with " + length);
        }
        for (int i = Math.max(length, 4); i < info.capacity(); i++) {
            byte there = ProcessMemory.view(info.address(), info.capacity()).get(i);
            assertEquals(UNTOUCHED, there, "byte " + i + " with " + length);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {TYPE1_IOMMU, TYPE1V2_IOMMU})
    void mapRefusesWhatCannotBe(int type) {
        container(type);
        long vaddr = seam.memory(16 * PAGE);
        assertEquals(0, map(0x10 * PAGE, vaddr, 16 * PAGE));

        refused(Errno.EEXIST, map(0x11 * PAGE, vaddr, PAGE));
        refused(Errno.EINVAL, map(0, vaddr, 0));
        refused(Errno.EOVERFLOW, map(-PAGE, vaddr, 2 * PAGE));
        refused(
                Errno.EINVAL,
                iommu.call(VfioRequests.IOMMU_MAP_DMA, Words.of(31, 3, 0, 0, 0, 0, 0, 0)));
        assertEquals(0, map(-PAGE, vaddr, PAGE));
        assertEquals(PAGE, unmap(-PAGE, PAGE));
        assertEquals(0, iommu.mapDma(0, vaddr, PAGE, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {TYPE1_IOMMU, TYPE1V2_IOMMU})
    void unmapOfNothingIsNoError(int type) {
        container(type);
        assertEquals(0, map(0x10 * PAGE, seam.memory(16 * PAGE), 16 * PAGE));

        assertEquals(0, unmap(0x90 * PAGE, PAGE));
        refused(Errno.EINVAL, unmap(0x90 * PAGE, 0));
        refused(Errno.EOVERFLOW, unmap(-PAGE, 2 * PAGE));
        refused(Errno.EINVAL, iommu.unmapDma(0, PAGE, Type1DmaUnmap.ALL));
        refused(Errno.EINVAL, iommu.unmapDma(PAGE, 0, Type1DmaUnmap.ALL));
        assertEquals(16 * PAGE, unmap(0, -1));
        assertEquals(0, map(0x10 * PAGE, seam.memory(PAGE), PAGE));
        assertEquals(PAGE, iommu.unmapDma(0, 0, Type1DmaUnmap.ALL));
        assertEquals(0, iommu.unmapDma(0, 0, Type1DmaUnmap.ALL));
    }

    @Test
    void version2UnmapCutsNothing() {
        container(TYPE1V2_IOMMU);
        long vaddr = seam.memory(16 * PAGE);
        assertEquals(0, map(0x10 * PAGE, vaddr, 16 * PAGE));
        assertEquals(0, map(0xf * PAGE, vaddr, PAGE));
        assertEquals(0, map(1, vaddr + 1, 100));

        refused(Errno.ENOENT, unmap(0x11 * PAGE, PAGE));
        refused(Errno.ENOENT, unmap(0x10 * PAGE, PAGE));
        Type1DmaUnmap across = new Type1DmaUnmap().set(0xf * PAGE, 2 * PAGE, 0);
        refused(Errno.ENOENT, iommu.call(VfioRequests.IOMMU_UNMAP_DMA, across));

        assertEquals(PAGE, across.size());
        assertEquals(100, unmap(1, 100));
    }

    @Test
    void version1UnmapCutsAnything() {
        int ioas = container(TYPE1_IOMMU);
        assertEquals(0, map(0x10 * PAGE, seam.memory(16 * PAGE), 16 * PAGE));

        assertEquals(PAGE, unmap(0x14 * PAGE, PAGE));
        assertEquals(PAGE, unmap(0x10 * PAGE, PAGE));
        assertEquals(3 * PAGE, unmap(0x12 * PAGE, 4 * PAGE));
        refused(Errno.EINVAL, unmap(0x18 * PAGE + 1, 0x10));
        refused(Errno.ENOENT, iommu.unmap(ioas, 0x1a * PAGE, PAGE));
        assertEquals(0, map(0x14 * PAGE, seam.memory(PAGE), PAGE));
        assertEquals(12 * PAGE, iommu.unmapDma(0, 0, Type1DmaUnmap.ALL));
        refused(Errno.EINVAL, map(1, seam.memory(PAGE) + 1, 100));
        assertEquals(PAGE, iommu.ranges(ioas).alignment());
    }

    @Test
    void version1RefusesWhatHasNoPages() {
        int ioas = iommu.allocate();
        assertEquals(0, choose(ioas));
        assertEquals(0, map(1, seam.memory(PAGE) + 1, 100));

        refused(Errno.EADDRINUSE, iommu.setIommu(TYPE1_IOMMU));

        assertEquals(1, iommu.ranges(ioas).alignment());
        assertEquals(100, iommu.unmapDma(0, 0, Type1DmaUnmap.ALL));
        assertEquals(0, iommu.setIommu(TYPE1_IOMMU));
        assertEquals(0, iommu.setIommu(TYPE1V2_IOMMU));
        assertEquals(PAGE, iommu.ranges(ioas).alignment());
    }
}
