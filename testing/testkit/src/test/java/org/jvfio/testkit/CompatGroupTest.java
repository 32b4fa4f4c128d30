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
import org.jvfio.linux.uapi.AttachPt;
import org.jvfio.linux.uapi.BindIommufd;
import org.jvfio.linux.uapi.DeviceInfo;
import org.jvfio.linux.uapi.IommufdRequests;
import org.jvfio.linux.uapi.Type1DmaMap;
import org.jvfio.linux.uapi.Type1DmaUnmap;
import org.jvfio.linux.uapi.Type1Info;
import org.jvfio.linux.uapi.VfioGroupStatus;
import org.jvfio.linux.uapi.VfioIoas;
import org.jvfio.linux.uapi.VfioRequests;

/** Groups whose container is {@code /dev/iommu}, and the devices out of them. */
final class CompatGroupTest {
    private static final int READ_WRITE = Type1DmaMap.READ | Type1DmaMap.WRITE;
    private static final int READY = VfioGroupStatus.VIABLE | VfioGroupStatus.CONTAINER_SET;
    private static final String OTHER_EDU = "0000:00:07.0";

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

    private int group(int number) {
        return seam.open("/dev/vfio/" + number);
    }

    private int status(int group) {
        VfioGroupStatus status = new VfioGroupStatus();
        assertEquals(0, seam.ioctl(group, VfioRequests.GROUP_GET_STATUS, status));
        return status.flags();
    }

    private int setContainer(int group, int fd) {
        return seam.ioctl(group, VfioRequests.GROUP_SET_CONTAINER, Words.of(fd));
    }

    private int unsetContainer(int group) {
        return seam.ioctl(group, VfioRequests.GROUP_UNSET_CONTAINER, 0);
    }

    private int joined(int number) {
        int group = group(number);
        assertEquals(0, setContainer(group, iommu.fd));
        return group;
    }

    private int device(int group, String name) {
        int device = Bound.deviceOf(seam, group, name);
        assertTrue(device >= 0, name + ": " + device);
        return seam.closing(device);
    }

    private int map(long iova, long vaddr, long size) {
        return iommu.mapDma(iova, vaddr, size, READ_WRITE);
    }

    private int chosen() {
        VfioIoas question = VfioIoas.get();
        int result = iommu.call(IommufdRequests.VFIO_IOAS, question);
        return result < 0 ? result : question.ioas();
    }

    private int info(int device) {
        return seam.ioctl(device, VfioRequests.DEVICE_GET_INFO, new DeviceInfo(0));
    }

    @Test
    void groupBringsAnAddressSpace() {
        int group = group(Seam.EDU_GROUP);
        refused(Errno.EINVAL, Bound.deviceOf(seam, group, Seam.EDU));

        assertEquals(0, setContainer(group, iommu.fd));

        assertEquals(READY, status(group));
        assertEquals(1, chosen());
        refused(Errno.EINVAL, setContainer(group, iommu.fd));
        refused(Errno.EINVAL, setContainer(group, seam.open("/dev/vfio/vfio")));
        assertEquals(0, unsetContainer(group));
        refused(Errno.EINVAL, unsetContainer(group));
        assertEquals(VfioGroupStatus.VIABLE, status(group));
        assertEquals(1, chosen());
    }

    @Test
    void groupTakesTheAddressSpaceThatWasChosen() {
        iommu.allocate();
        int ioas = iommu.allocate();
        assertEquals(0, iommu.call(IommufdRequests.VFIO_IOAS, VfioIoas.set(ioas)));
        int group = joined(Seam.EDU_GROUP);
        assertEquals(ioas, chosen());
        int device = device(group, Seam.EDU);
        assertEquals(0, iommu.call(IommufdRequests.VFIO_IOAS, VfioIoas.clear()));

        seam.close(device(group, Seam.EDU));
        seam.close(device);

        refused(Errno.ENODEV, Bound.deviceOf(seam, group, Seam.EDU));
        assertEquals(0, iommu.destroy(ioas));
    }

    @Test
    void deviceNeedsNoSetIommu() {
        int group = joined(Seam.EDU_GROUP);

        int device = device(group, Seam.EDU);

        assertEquals(0, info(device));
        for (int id = 1; id <= 3; id++) {
            refused(Errno.EBUSY, iommu.destroy(id));
        }
        refused(Errno.ENOENT, iommu.destroy(4));
        var attach = VfioRequests.DEVICE_ATTACH_IOMMUFD_PT;
        refused(Errno.ENOTTY, seam.ioctl(device, attach, new AttachPt(1)));
        var bind = VfioRequests.DEVICE_BIND_IOMMUFD;
        refused(Errno.EINVAL, seam.ioctl(device, bind, new BindIommufd(iommu.fd)));
    }

    @Test
    void deviceBringsTheIommusRules() {
        int group = joined(Seam.EDU_GROUP);
        assertEquals(0, iommu.setIommu(VfioRequests.TYPE1V2_IOMMU));
        long vaddr = seam.memory(16 * PAGE);
        long before = seam.locked();
        assertEquals(0, map(0x10000, vaddr, 16 * PAGE));
        assertEquals(before, seam.locked());

        device(group, Seam.EDU);

        assertEquals(before + 16 * PAGE, seam.locked());
        Type1Info info = new Type1Info(88);
        assertEquals(0, iommu.call(VfioRequests.IOMMU_GET_INFO, info));
        assertEquals(88, info.needed());
        assertEquals(0x40201000L, info.pageSizes());
        assertEquals(
                List.of(new IovaRange(0, 0xfedfffffL), new IovaRange(0xfef00000L, 0xffffffffffffL)),
                info.iovaRanges().orElseThrow());
        int coherent = VfioRequests.DMA_CC_IOMMU;
        assertEquals(0, seam.ioctl(iommu.fd, VfioRequests.CHECK_EXTENSION, coherent));
        refused(Errno.EINVAL, map(1, vaddr + 1, 100));
        refused(Errno.EINVAL, map(0xfee00000L, vaddr, PAGE));
        refused(Errno.EINVAL, map(1L << 57, vaddr, PAGE));
        refused(Errno.EFAULT, map(0, 0, PAGE));
        refused(Errno.EINVAL, iommu.mapDma(0, vaddr, PAGE, 0));
        assertEquals(0, iommu.mapDma(0, vaddr, PAGE, Type1DmaMap.WRITE));
        refused(Errno.ENOENT, iommu.unmapDma(0x14000, PAGE, 0));
        refused(Errno.EINVAL, iommu.setIommu(VfioRequests.TYPE1_IOMMU));
        assertEquals(17 * PAGE, iommu.unmapDma(0, 0, Type1DmaUnmap.ALL));
        assertEquals(before, seam.locked());
        assertEquals(0, iommu.setIommu(VfioRequests.TYPE1_IOMMU));
    }

    @Test
    void version1GivesBackWhatItCutsOut() {
        int group = joined(Seam.EDU_GROUP);
        assertEquals(0, iommu.setIommu(VfioRequests.TYPE1_IOMMU));
        device(group, Seam.EDU);
        long vaddr = seam.memory(16 * PAGE);
        long before = seam.locked();
        assertEquals(0, map(0x10000, vaddr, 16 * PAGE));

        assertEquals(PAGE, iommu.unmapDma(0x14000, PAGE, 0));

        assertEquals(before + 15 * PAGE, seam.locked());
        assertEquals(15 * PAGE, iommu.unmapDma(0, 0, Type1DmaUnmap.ALL));
        assertEquals(before, seam.locked());
    }

    @Test
    void groupLeavesItsOpenDevicesToTheIommufd() {
        int group = joined(Seam.EDU_GROUP);
        int device = device(group, Seam.EDU);

        assertEquals(0, unsetContainer(group));

        assertEquals(0, status(group));
        assertEquals(0, info(device));
        refused(Errno.EINVAL, Bound.deviceOf(seam, group, Seam.EDU));
        assertEquals(0, setContainer(group, new IommuFile(seam).fd));
        device(group, Seam.EDU);
        seam.close(group);
        int next = group(Seam.EDU_GROUP);
        assertEquals(0, status(next));
        assertEquals(0, info(device));
    }

    @Test
    void lastCloseOfADeviceTakesItAway() {
        int first = joined(Seam.EDU_GROUP);
        int second = joined(Seam.OTHER_EDU_GROUP);
        long vaddr = seam.memory(PAGE);
        long before = seam.locked();
        int device = device(first, Seam.EDU);
        int again = device(first, Seam.EDU);
        int other = device(second, OTHER_EDU);
        assertEquals(0, map(0, vaddr, PAGE));
        seam.close(device);
        seam.close(other);
        assertEquals(before + PAGE, seam.locked());

        seam.close(again);

        assertEquals(before, seam.locked());
        assertEquals(List.of(IovaRange.ALL), iommu.ranges(chosen()).ranges());
        refused(Errno.EEXIST, map(0, vaddr, PAGE));
    }

    @Test
    void openDeviceOutlivesGroupAndIommufd() {
        int group = joined(Seam.EDU_GROUP);
        long before = seam.locked();
        int device = device(group, Seam.EDU);
        assertEquals(0, map(0, seam.memory(PAGE), PAGE));
        seam.close(iommu.fd);
        seam.close(group);

        assertEquals(0, info(device));

        assertEquals(before + PAGE, seam.locked());
        seam.close(device);
        assertEquals(before, seam.locked());
        group(Seam.EDU_GROUP);
    }

    @Test
    void groupKeepsTheIommufdThatWasClosed() {
        int group = joined(Seam.EDU_GROUP);
        seam.close(iommu.fd);

        assertEquals(0, info(device(group, Seam.EDU)));
    }

    @Test
    void mappingsThatDoNotFitKeepDevicesAway() {
        int group = joined(Seam.EDU_GROUP);
        assertEquals(0, map(0xfee00000L, seam.memory(PAGE), PAGE));
        refused(Errno.EADDRINUSE, Bound.deviceOf(seam, group, Seam.EDU));
        assertEquals(PAGE, iommu.unmapDma(0, 0, Type1DmaUnmap.ALL));
        assertEquals(0, map(0x10000, 0, PAGE));
        refused(Errno.EFAULT, Bound.deviceOf(seam, group, Seam.EDU));
        assertEquals(PAGE, iommu.unmapDma(0, 0, Type1DmaUnmap.ALL));
        assertEquals(0, iommu.mapDma(0x10000, seam.memory(PAGE), PAGE, 0));
        refused(Errno.EINVAL, Bound.deviceOf(seam, group, Seam.EDU));
        assertEquals(PAGE, iommu.unmapDma(0, 0, Type1DmaUnmap.ALL));

        device(group, Seam.EDU);
    }

    @Test
    void groupThatIsNotViableJoinsButOpensNothing() {
        int group = group(Seam.SHARED_GROUP);
        assertEquals(0, status(group));

        assertEquals(0, setContainer(group, iommu.fd));

        assertEquals(READY, status(group));
        refused(Errno.EPERM, Bound.deviceOf(seam, group, Seam.UNVIABLE));
    }

    @Test
    void devicesOfGroupsAndOfFilesShareAnAddressSpace() {
        int group = joined(Seam.EDU_GROUP);
        int file = seam.open(Bound.cdev(seam, OTHER_EDU));
        var bind = VfioRequests.DEVICE_BIND_IOMMUFD;
        assertEquals(0, seam.ioctl(file, bind, new BindIommufd(iommu.fd)));
        AttachPt attach = new AttachPt(chosen());
        assertEquals(0, seam.ioctl(file, VfioRequests.DEVICE_ATTACH_IOMMUFD_PT, attach));
        assertEquals(3, attach.pageTableId());
        long before = seam.locked();
        assertEquals(0, map(0, seam.memory(PAGE), PAGE));

        device(group, Seam.EDU);

        assertEquals(before + PAGE, seam.locked());
        refused(Errno.EBUSY, iommu.destroy(4));
        refused(Errno.ENOENT, iommu.destroy(5));
    }
}
