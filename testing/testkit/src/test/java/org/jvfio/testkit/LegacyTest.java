// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.jvfio.testkit.Seam.PAGE;
import static org.jvfio.testkit.Seam.refused;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.IovaRange;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.uapi.Type1DmaMap;
import org.jvfio.linux.uapi.Type1DmaUnmap;
import org.jvfio.linux.uapi.Type1Info;
import org.jvfio.linux.uapi.VfioGroupStatus;
import org.jvfio.linux.uapi.VfioRequests;

/** Groups, containers and the type 1 IOMMU. */
final class LegacyTest {
    private static final int READ_WRITE = Type1DmaMap.READ | Type1DmaMap.WRITE;
    private static final Errno EBADFD = Errno.of(77);

    private Seam seam;

    @BeforeEach
    void open() {
        seam = Seam.open();
    }

    @AfterEach
    void close() {
        seam.close();
    }

    private int container() {
        return seam.open("/dev/vfio/vfio");
    }

    private int group(int number) {
        return seam.open("/dev/vfio/" + number);
    }

    private int status(int group) {
        VfioGroupStatus status = new VfioGroupStatus();
        assertEquals(0, seam.ioctl(group, VfioRequests.GROUP_GET_STATUS, status));
        return status.flags();
    }

    private int setContainer(int group, int container) {
        return seam.ioctl(group, VfioRequests.GROUP_SET_CONTAINER, Words.of(container));
    }

    private int setIommu(int container, int type) {
        return seam.ioctl(container, VfioRequests.SET_IOMMU, type);
    }

    private int type1(int type) {
        int container = container();
        assertEquals(0, setContainer(group(Seam.EDU_GROUP), container));
        assertEquals(0, setIommu(container, type));
        return container;
    }

    private int map(int container, long iova, long vaddr, long size) {
        return map(container, iova, vaddr, size, READ_WRITE);
    }

    private int map(int container, long iova, long vaddr, long size, int flags) {
        return seam.ioctl(
                container,
                VfioRequests.IOMMU_MAP_DMA,
                new Type1DmaMap().set(iova, vaddr, size, flags));
    }

    private long unmap(int container, long iova, long size) {
        return unmap(container, iova, size, 0);
    }

    /** The bytes that were unmapped, or a negated errno. */
    private long unmap(int container, long iova, long size, int flags) {
        Type1DmaUnmap unmap = new Type1DmaUnmap().set(iova, size, flags);
        int result = seam.ioctl(container, VfioRequests.IOMMU_UNMAP_DMA, unmap);
        return result < 0 ? result : unmap.size();
    }

    @Test
    void emptyContainerAnswersForAllIommusThatItCouldHave() {
        int container = container();

        assertEquals(0, seam.ioctl(container, VfioRequests.GET_API_VERSION, 0));
        for (int extension = 0; extension < 12; extension++) {
            int expected = List.of(1, 3, 9).contains(extension) ? 1 : 0;
            assertEquals(expected, seam.ioctl(container, VfioRequests.CHECK_EXTENSION, extension));
        }
    }

    @Test
    void containerWithoutIommuKnowsNoOtherRequest() {
        int container = container();

        refused(Errno.EINVAL, setIommu(container, VfioRequests.TYPE1V2_IOMMU));
        refused(Errno.EINVAL, map(container, 0, seam.memory(PAGE), PAGE));
        refused(Errno.EINVAL, seam.ioctl(container, VfioRequests.IOMMU_GET_INFO, new Type1Info(0)));
        refused(Errno.EINVAL, seam.kernel.ioctl(container, 0x5401, 0));
    }

    @Test
    void groupIsOpenOnceAndMissingWithoutDriver() {
        group(Seam.EDU_GROUP);

        refused(Errno.EBUSY, seam.kernel.open("/dev/vfio/" + Seam.EDU_GROUP, Fcntl.O_RDWR));
        refused(Errno.ENOENT, seam.kernel.open("/dev/vfio/" + Seam.DRIVERLESS_GROUP, Fcntl.O_RDWR));
    }

    @Test
    void groupWithMemberOfAnotherDriverIsNotViable() {
        int group = group(Seam.SHARED_GROUP);

        assertEquals(0, status(group));
        refused(Errno.EPERM, setContainer(group, container()));
    }

    @Test
    void groupGoesInAndOutOfContainers() {
        int group = group(Seam.EDU_GROUP);
        int container = container();
        assertEquals(VfioGroupStatus.VIABLE, status(group));
        refused(Errno.EINVAL, Bound.deviceOf(seam, group, Seam.EDU));
        refused(Errno.EINVAL, seam.ioctl(group, VfioRequests.GROUP_UNSET_CONTAINER, 0));
        refused(Errno.EBADF, setContainer(group, 999_999));
        refused(EBADFD, setContainer(group, seam.eventfd()));
        refused(Errno.EFAULT, seam.ioctl(group, VfioRequests.GROUP_SET_CONTAINER, 0));

        assertEquals(0, setContainer(group, container));

        refused(Errno.EINVAL, setContainer(group, container));
        assertEquals(VfioGroupStatus.VIABLE | VfioGroupStatus.CONTAINER_SET, status(group));
        refused(Errno.EINVAL, Bound.deviceOf(seam, group, Seam.EDU));
        assertEquals(0, seam.ioctl(group, VfioRequests.GROUP_UNSET_CONTAINER, 0));
        assertEquals(VfioGroupStatus.VIABLE, status(group));
        refused(Errno.EINVAL, seam.ioctl(group, VfioRequests.GROUP_GET_STATUS, Words.of(7, 0)));
        refused(Errno.ENOTTY, seam.kernel.ioctl(group, 0x5401, 0));
    }

    @Test
    void iommuIsChosenOnceFromWhatThereIs() {
        int container = container();
        assertEquals(0, setContainer(group(Seam.EDU_GROUP), container));
        for (int missing : new int[] {2, 6, 7, 8, 10}) {
            refused(Errno.ENODEV, setIommu(container, missing));
        }
        refused(Errno.EINVAL, setIommu(container, VfioRequests.UNMAP_ALL));

        assertEquals(0, setIommu(container, VfioRequests.TYPE1V2_IOMMU));

        refused(Errno.EINVAL, setIommu(container, VfioRequests.TYPE1V2_IOMMU));
        assertEquals(1, seam.ioctl(container, VfioRequests.CHECK_EXTENSION, 10));
        refused(Errno.ENOTTY, seam.kernel.ioctl(container, 0x5401, 0));
    }

    @Test
    void infoSaysHowMuchRoomItNeeds() {
        int container = type1(VfioRequests.TYPE1V2_IOMMU);
        Type1Info small = new Type1Info(0);
        assertEquals(0, seam.ioctl(container, VfioRequests.IOMMU_GET_INFO, small));
        assertEquals(120, small.needed());
        assertTrue(small.iovaRanges().isEmpty());

        Type1Info info = new Type1Info(small.needed());
        assertEquals(0, seam.ioctl(container, VfioRequests.IOMMU_GET_INFO, info));

        assertEquals(0x40201000L, info.pageSizes());
        assertEquals(65535, info.dmaAvailable().getAsLong());
        assertEquals(PAGE, info.migration().orElseThrow().pageSizes());
        assertEquals(1L << 28, info.migration().orElseThrow().maxBitmapSize());
        assertEquals(
                List.of(new IovaRange(0, 0xfedfffffL), new IovaRange(0xfef00000L, 0xffffffffffffL)),
                info.iovaRanges().orElseThrow());
        refused(Errno.EINVAL, seam.ioctl(container, VfioRequests.IOMMU_GET_INFO, Words.of(15, 0)));
    }

    @Test
    void mappingIsCountedAsLockedMemory() {
        int container = type1(VfioRequests.TYPE1V2_IOMMU);
        long vaddr = seam.memory(16 * PAGE);
        long before = seam.locked();

        assertEquals(0, map(container, 0x10000, vaddr, 16 * PAGE));

        assertEquals(before + 16 * PAGE, seam.locked());
        Type1Info info = new Type1Info(200);
        assertEquals(0, seam.ioctl(container, VfioRequests.IOMMU_GET_INFO, info));
        assertEquals(65534, info.dmaAvailable().getAsLong());
        assertEquals(16 * PAGE, unmap(container, 0, 0x100000));
        assertEquals(before, seam.locked());
    }

    @Test
    void mapRefusesWhatCannotBe() {
        int container = type1(VfioRequests.TYPE1V2_IOMMU);
        long vaddr = seam.memory(16 * PAGE);
        assertEquals(0, map(container, 0x10000, vaddr, 16 * PAGE));

        refused(Errno.EEXIST, map(container, 0x10000, vaddr, 16 * PAGE));
        refused(Errno.EEXIST, map(container, 0x8000, vaddr, 16 * PAGE));
        refused(Errno.EINVAL, map(container, 0, vaddr, 0));
        refused(Errno.EINVAL, map(container, 1, vaddr, PAGE));
        refused(Errno.EINVAL, map(container, 0, vaddr + 1, PAGE));
        refused(Errno.EINVAL, map(container, 0, vaddr, PAGE - 1));
        refused(Errno.EINVAL, map(container, 0, vaddr, PAGE, 0));
        refused(Errno.EINVAL, map(container, 0, vaddr, PAGE, 8 | READ_WRITE));
        refused(Errno.EOVERFLOW, map(container, -PAGE, vaddr, 2 * PAGE));
        refused(Errno.EINVAL, map(container, 0xfee00000L, vaddr, PAGE));
        refused(Errno.EINVAL, map(container, 0xfedff000L, vaddr, 2 * PAGE));
        refused(Errno.EINVAL, map(container, 1L << 57, vaddr, PAGE));
        refused(Errno.EINVAL, map(container, -PAGE, vaddr, PAGE));
        refused(Errno.EFAULT, seam.ioctl(container, VfioRequests.IOMMU_MAP_DMA, 0));
        refused(
                Errno.EINVAL,
                seam.ioctl(container, VfioRequests.IOMMU_MAP_DMA, Words.of(31, 3, 0, 0, 0)));
        assertEquals(16 * PAGE, unmap(container, 0, 0, Type1DmaUnmap.ALL));
    }

    @Test
    void mapRefusesMemoryThatIsNotThere() {
        int container = type1(VfioRequests.TYPE1V2_IOMMU);
        long vaddr = seam.memory(2 * PAGE);
        seam.kernel.munmap(vaddr + PAGE, PAGE);
        long readOnly = seam.memory(PAGE, Fcntl.PROT_READ);
        long none = seam.memory(PAGE, Fcntl.PROT_NONE);
        long before = seam.locked();

        refused(Errno.EFAULT, map(container, 0, 0, PAGE));
        refused(Errno.EFAULT, map(container, 0, 0xffff_8000_0000_0000L, PAGE));
        refused(Errno.EFAULT, map(container, 0, vaddr, 2 * PAGE));
        refused(Errno.EFAULT, map(container, 0, readOnly, PAGE));
        refused(Errno.EFAULT, map(container, 0, none, PAGE, Type1DmaMap.READ));

        assertEquals(before, seam.locked());
        assertEquals(0, map(container, 0, readOnly, PAGE, Type1DmaMap.READ));
        assertEquals(0, map(container, PAGE, vaddr, PAGE, Type1DmaMap.WRITE));
    }

    @Test
    void memoryOfTheJvmCanBeMapped() {
        int container = type1(VfioRequests.TYPE1V2_IOMMU);
        Words memory = new Words(3 * PAGE / Integer.BYTES);
        long address = memory.address();

        assertEquals(0, map(container, 0, (address + PAGE - 1) & -PAGE, PAGE));

        assertEquals(PAGE, unmap(container, 0, PAGE));
        assertEquals(3 * PAGE, memory.capacity());
    }

    @Test
    void version2UnmapCutsNothing() {
        int container = type1(VfioRequests.TYPE1V2_IOMMU);
        assertEquals(0, map(container, 0x10000, seam.memory(16 * PAGE), 16 * PAGE));

        refused(Errno.EINVAL, unmap(container, 0x10000, PAGE));
        refused(Errno.EINVAL, unmap(container, 0x14000, PAGE));
        refused(Errno.EINVAL, unmap(container, 0x1f000, 2 * PAGE));
        refused(Errno.EINVAL, unmap(container, 0x50000, 0));
        refused(Errno.EINVAL, unmap(container, 0x50001, PAGE));
        refused(Errno.EINVAL, unmap(container, 0x50000, PAGE + 1));
        refused(Errno.EOVERFLOW, unmap(container, -PAGE, 2 * PAGE));
        refused(Errno.EINVAL, unmap(container, 0, PAGE, Type1DmaUnmap.ALL));
        refused(Errno.EINVAL, unmap(container, 0, PAGE, 8));
        refused(Errno.EINVAL, unmap(container, 0, PAGE, Type1DmaUnmap.GET_DIRTY_BITMAP));
        assertEquals(0, unmap(container, 0x50000, PAGE));
        assertEquals(16 * PAGE, unmap(container, 0, -PAGE));
        assertEquals(0, unmap(container, 0, 0, Type1DmaUnmap.ALL));
    }

    @Test
    void version1UnmapTakesWhatBeginsInTheRange() {
        int container = type1(VfioRequests.TYPE1_IOMMU);
        assertEquals(0, map(container, 0x10000, seam.memory(16 * PAGE), 16 * PAGE));

        assertEquals(0, unmap(container, 0x14000, PAGE));

        assertEquals(16 * PAGE, unmap(container, 0x10000, PAGE));
    }

    @Test
    void addressesCanBeExchanged() {
        int container = type1(VfioRequests.TYPE1V2_IOMMU);
        long vaddr = seam.memory(PAGE);
        refused(Errno.ENOENT, map(container, 0x10000, vaddr, PAGE, Type1DmaMap.VADDR));
        refused(Errno.EINVAL, map(container, 0x10000, vaddr, PAGE, 7));
        assertEquals(0, map(container, 0x10000, vaddr, PAGE));

        assertEquals(PAGE, unmap(container, 0x10000, PAGE, Type1DmaUnmap.VADDR));

        refused(Errno.EINVAL, unmap(container, 0x10000, PAGE, Type1DmaUnmap.VADDR));
        assertEquals(0, map(container, 0x10000, vaddr, PAGE, Type1DmaMap.VADDR));
        refused(Errno.EINVAL, map(container, 0x10000, vaddr, PAGE, Type1DmaMap.VADDR));
    }

    @Test
    void groupsOfOneContainerShareItsMappings() {
        int container = container();
        int first = group(Seam.EDU_GROUP);
        int second = group(Seam.OTHER_EDU_GROUP);
        assertEquals(0, setContainer(first, container));
        assertEquals(0, setIommu(container, VfioRequests.TYPE1V2_IOMMU));
        long vaddr = seam.memory(PAGE);
        assertEquals(0, map(container, 0, vaddr, PAGE));
        assertEquals(0, setContainer(second, container));

        assertEquals(0, seam.ioctl(first, VfioRequests.GROUP_UNSET_CONTAINER, 0));

        refused(Errno.EEXIST, map(container, 0, vaddr, PAGE));
    }

    @Test
    void lastGroupTakesMappingsAndIommuWithIt() {
        int container = container();
        int group = group(Seam.EDU_GROUP);
        assertEquals(0, setContainer(group, container));
        assertEquals(0, setIommu(container, VfioRequests.TYPE1V2_IOMMU));
        long vaddr = seam.memory(PAGE);
        long before = seam.locked();
        assertEquals(0, map(container, 0, vaddr, PAGE));

        seam.close(group);

        assertEquals(before, seam.locked());
        refused(Errno.EINVAL, map(container, 0, vaddr, PAGE));
    }

    @Test
    void deviceIsFoundByItsNameInTheGroup() {
        int group = Bound.legacy(seam, Seam.EDU, Seam.EDU_GROUP).group;

        refused(Errno.ENODEV, Bound.deviceOf(seam, group, "0000:00:07.0"));
        refused(Errno.ENODEV, Bound.deviceOf(seam, group, "nonsense"));
        refused(Errno.ENODEV, Bound.deviceOf(seam, group, "0000:00:05.00"));
        refused(Errno.EINVAL, Bound.deviceOf(seam, group, "0000:00:05.0 x=1"));
        refused(Errno.EFAULT, seam.ioctl(group, VfioRequests.GROUP_GET_DEVICE_FD, 0));
    }

    @Test
    void openDeviceHoldsItsGroupInTheContainer() {
        Bound bound = Bound.legacy(seam, Seam.EDU, Seam.EDU_GROUP);
        int again = Bound.deviceOf(seam, bound.group, Seam.EDU);
        assertTrue(again >= 0);
        refused(Errno.EBUSY, seam.ioctl(bound.group, VfioRequests.GROUP_UNSET_CONTAINER, 0));
        seam.close(again);
        refused(Errno.EBUSY, seam.ioctl(bound.group, VfioRequests.GROUP_UNSET_CONTAINER, 0));

        seam.close(bound.group);

        refused(Errno.EBUSY, seam.kernel.open("/dev/vfio/" + Seam.EDU_GROUP, Fcntl.O_RDWR));
        long vaddr = seam.memory(PAGE);
        assertEquals(0, bound.map(0, vaddr, PAGE));
        seam.close(bound.device);
        refused(Errno.EINVAL, bound.map(PAGE, vaddr, PAGE));
        group(Seam.EDU_GROUP);
    }
}
