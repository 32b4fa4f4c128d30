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
import org.jvfio.linux.uapi.AttachPt;
import org.jvfio.linux.uapi.BindIommufd;
import org.jvfio.linux.uapi.DetachPt;
import org.jvfio.linux.uapi.DeviceInfo;
import org.jvfio.linux.uapi.IoasAlloc;
import org.jvfio.linux.uapi.IoasIovaRanges;
import org.jvfio.linux.uapi.IoasMap;
import org.jvfio.linux.uapi.IoasUnmap;
import org.jvfio.linux.uapi.IommuDestroy;
import org.jvfio.linux.uapi.IommufdRequests;
import org.jvfio.linux.uapi.VfioRequests;

/** {@code /dev/iommu}: address spaces, and devices bound and attached to them. */
final class IommufdTest {
    private static final int READ_WRITE = IoasMap.READABLE | IoasMap.WRITEABLE;
    private static final int FIXED = READ_WRITE | IoasMap.FIXED_IOVA;
    private static final Errno EBADFD = Errno.of(77);
    private static final List<IovaRange> BEHIND_IOMMU =
            List.of(new IovaRange(0, 0xfedfffffL), new IovaRange(0xfef00000L, 0xffffffffffffL));

    private Seam seam;
    private int iommu;

    @BeforeEach
    void open() {
        seam = Seam.open();
        iommu = seam.open("/dev/iommu");
    }

    @AfterEach
    void close() {
        seam.close();
    }

    private int allocate() {
        IoasAlloc alloc = new IoasAlloc();
        assertEquals(0, seam.ioctl(iommu, IommufdRequests.IOAS_ALLOC, alloc));
        return alloc.ioas();
    }

    private int destroy(int id) {
        return seam.ioctl(iommu, IommufdRequests.DESTROY, new IommuDestroy(id));
    }

    private IoasIovaRanges ranges(int ioas) {
        IoasIovaRanges ranges = new IoasIovaRanges(ioas, 8);
        assertEquals(0, seam.ioctl(iommu, IommufdRequests.IOAS_IOVA_RANGES, ranges));
        return ranges;
    }

    private int map(int ioas, long iova, long vaddr, long length) {
        return map(ioas, iova, vaddr, length, FIXED);
    }

    private int map(int ioas, long iova, long vaddr, long length, int flags) {
        IoasMap map = new IoasMap().set(ioas, iova, vaddr, length, flags);
        return seam.ioctl(iommu, IommufdRequests.IOAS_MAP, map);
    }

    private long mapAnywhere(int ioas, long vaddr, long length) {
        IoasMap map = new IoasMap().set(ioas, 0x123, vaddr, length, READ_WRITE);
        int result = seam.ioctl(iommu, IommufdRequests.IOAS_MAP, map);
        return result < 0 ? result : map.iova();
    }

    /** The bytes that were unmapped, or a negated errno. */
    private long unmap(int ioas, long iova, long length) {
        IoasUnmap unmap = new IoasUnmap().set(ioas, iova, length);
        int result = seam.ioctl(iommu, IommufdRequests.IOAS_UNMAP, unmap);
        return result < 0 ? result : unmap.length();
    }

    private int device(String name) {
        return seam.open(Bound.cdev(seam, name));
    }

    private int bind(int device, int fd) {
        return seam.ioctl(device, VfioRequests.DEVICE_BIND_IOMMUFD, new BindIommufd(fd));
    }

    private int bound(String name) {
        int device = device(name);
        assertEquals(0, bind(device, iommu));
        return device;
    }

    /** The page table that was attached, or a negated errno. */
    private int attach(int device, int id) {
        AttachPt attach = new AttachPt(id);
        int result = seam.ioctl(device, VfioRequests.DEVICE_ATTACH_IOMMUFD_PT, attach);
        return result < 0 ? result : attach.pageTableId();
    }

    private int detach(int device) {
        return seam.ioctl(device, VfioRequests.DEVICE_DETACH_IOMMUFD_PT, new DetachPt());
    }

    @Test
    void numbersOfObjectsAreGivenAgain() {
        assertEquals(1, allocate());
        assertEquals(2, allocate());
        assertEquals(0, destroy(1));

        refused(Errno.ENOENT, destroy(1));
        refused(Errno.ENOENT, destroy(99));
        assertEquals(1, allocate());
    }

    @Test
    void longerStructsMustEndInZeros() {
        var alloc = IommufdRequests.IOAS_ALLOC;

        refused(Errno.EINVAL, seam.ioctl(iommu, alloc, Words.of(8, 0, 0)));
        refused(Errno.EOPNOTSUPP, seam.ioctl(iommu, alloc, Words.of(12, 1, 0)));
        refused(Errno.E2BIG, seam.ioctl(iommu, alloc, Words.of(16, 0, 0, 1)));
        assertEquals(0, seam.ioctl(iommu, alloc, Words.of(16, 0, 0, 0)));
        refused(Errno.EFAULT, seam.ioctl(iommu, alloc, 0));
        refused(Errno.ENOTTY, seam.kernel.ioctl(iommu, 0x5401, 0));
    }

    @Test
    void withoutDeviceEverythingIsAllowedAndNothingPinned() {
        int ioas = allocate();
        long vaddr = seam.memory(16 * PAGE);
        long before = seam.locked();

        assertEquals(0, map(ioas, 0x10001, vaddr + 1, 0x101));
        assertEquals(0, map(ioas, 0x900000, 0, PAGE));
        assertEquals(0, map(ioas, 0xfee00000L, vaddr, PAGE));

        assertEquals(List.of(IovaRange.ALL), ranges(ioas).ranges());
        assertEquals(1, ranges(ioas).alignment());
        assertEquals(before, seam.locked());
        assertEquals(0x101, unmap(ioas, 0x10001, 0x101));
        assertEquals(2 * PAGE, unmap(ioas, 0, -1));
        assertEquals(0, unmap(ioas, 0, -1));
    }

    @Test
    void mapRefusesWhatCannotBe() {
        int ioas = allocate();
        long vaddr = seam.memory(16 * PAGE);
        assertEquals(0, map(ioas, 0x10000, vaddr, 16 * PAGE));

        refused(Errno.EEXIST, map(ioas, 0x10000, vaddr, 16 * PAGE));
        refused(Errno.EINVAL, map(ioas, 0, vaddr, 0));
        refused(Errno.EINVAL, map(ioas, 0, vaddr, PAGE, IoasMap.FIXED_IOVA));
        refused(Errno.EOPNOTSUPP, map(ioas, 0, vaddr, PAGE, FIXED | 8));
        refused(Errno.ENOENT, map(99, 0, vaddr, PAGE));
        refused(Errno.EOVERFLOW, map(ioas, -PAGE, vaddr, 2 * PAGE));
        refused(Errno.EOVERFLOW, map(ioas, 0, -PAGE, 2 * PAGE));
        refused(Errno.EOVERFLOW, map(ioas, -1, vaddr, PAGE));
        refused(Errno.EOVERFLOW, map(ioas, 0, vaddr, -PAGE));
        refused(Errno.EINVAL, map(ioas, 0, 0, -PAGE));
    }

    @Test
    void unmapTakesWholeMappingsAndAtLeastOne() {
        int ioas = allocate();
        assertEquals(0, map(ioas, 0x10000, seam.memory(16 * PAGE), 16 * PAGE));

        refused(Errno.ENOENT, unmap(ioas, 0x10000, PAGE));
        refused(Errno.ENOENT, unmap(ioas, 0x7000_0000, PAGE));
        refused(Errno.EINVAL, unmap(ioas, 0x7000_0000, 0));
        refused(Errno.EOVERFLOW, unmap(ioas, -PAGE, 2 * PAGE));
        refused(Errno.EOVERFLOW, unmap(ioas, -1, 1));
        refused(Errno.ENOENT, unmap(99, 0, PAGE));
        assertEquals(16 * PAGE, unmap(ioas, 0, -2));
        refused(Errno.ENOENT, unmap(ioas, 0, -2));
    }

    @Test
    void kernelChoosesFreeAddressesAboveTheFirstPage() {
        int ioas = allocate();
        long vaddr = (seam.memory(0x60000) + 0x1ffff) & -0x20000;
        assertEquals(0, map(ioas, 0x10000, vaddr, 0x10000));

        assertEquals(0x20000, mapAnywhere(ioas, vaddr, 0x10000));
        assertEquals(0x1000, mapAnywhere(ioas, vaddr, PAGE));
        assertEquals(0x2000, mapAnywhere(ioas, vaddr + 0x1000, PAGE));
        assertEquals(0x3002, mapAnywhere(ioas, vaddr + 2, 2));
    }

    @Test
    void unboundDeviceAnswersNothing() {
        int device = device(Seam.EDU);
        int ioas = allocate();

        refused(Errno.EINVAL, seam.ioctl(device, VfioRequests.DEVICE_GET_INFO, new DeviceInfo(0)));
        refused(Errno.EINVAL, attach(device, ioas));
        refused(Errno.EINVAL, seam.kernel.ioctl(device, 0x5401, 0));
        refused(Errno.EINVAL, seam.kernel.pread(device, seam.memory(PAGE), 4, 0));
        refused(Errno.EINVAL, seam.kernel.mmap(0, PAGE, 3, Fcntl.MAP_SHARED, device, 0));
    }

    @Test
    void bindRefusesWhatIsNotAnIommufd() {
        int device = device(Seam.EDU);
        var bind = VfioRequests.DEVICE_BIND_IOMMUFD;

        refused(Errno.EBADF, bind(device, 999_999));
        refused(Errno.EINVAL, bind(device, -1));
        refused(EBADFD, bind(device, seam.eventfd()));
        refused(Errno.EINVAL, seam.ioctl(device, bind, Words.of(15, 0, iommu, 0)));
        refused(Errno.EINVAL, seam.ioctl(device, bind, Words.of(16, 2, iommu, 0)));
        assertEquals(0, bind(device, iommu));
    }

    @Test
    void deviceIsBoundOnceAndKeepsItsGroupClosed() {
        int device = bound(Seam.EDU);

        refused(Errno.EINVAL, bind(device, iommu));
        refused(Errno.EINVAL, bind(device(Seam.EDU), iommu));
        refused(Errno.EBUSY, seam.kernel.open("/dev/vfio/" + Seam.EDU_GROUP, Fcntl.O_RDWR));
        refused(Errno.EBUSY, destroy(1));
        refused(Errno.ENOENT, map(1, 0, seam.memory(PAGE), PAGE));
        seam.close(device);
        refused(Errno.ENOENT, destroy(1));
        seam.open("/dev/vfio/" + Seam.EDU_GROUP);
    }

    @Test
    void openGroupKeepsItsDevicesUnbound() {
        seam.open("/dev/vfio/" + Seam.EDU_GROUP);

        refused(Errno.EBUSY, bind(device(Seam.EDU), iommu));
    }

    @Test
    void groupThatIsNotViableCannotBeBound() {
        refused(Errno.EPERM, bind(device(Seam.UNVIABLE), iommu));
    }

    @Test
    void attachingPinsWhatIsMappedAndBringsTheIommusRules() {
        int ioas = allocate();
        long vaddr = seam.memory(16 * PAGE);
        long before = seam.locked();
        assertEquals(0, map(ioas, 0x10000, vaddr, 16 * PAGE));
        int device = bound(Seam.EDU);

        int table = attach(device, ioas);

        assertEquals(3, table);
        assertEquals(before + 16 * PAGE, seam.locked());
        assertEquals(BEHIND_IOMMU, ranges(ioas).ranges());
        assertEquals(PAGE, ranges(ioas).alignment());
        refused(Errno.EINVAL, map(ioas, 0x300001, vaddr, PAGE));
        refused(Errno.EINVAL, map(ioas, 0x300000, vaddr, PAGE - 1));
        refused(Errno.EINVAL, map(ioas, 0x300000, vaddr + 1, PAGE));
        refused(Errno.EINVAL, map(ioas, 0xfee00000L, vaddr, PAGE));
        refused(Errno.EINVAL, map(ioas, 1L << 57, vaddr, PAGE));
        refused(Errno.EFAULT, map(ioas, 0x300000, 0, PAGE));
        refused(Errno.EFAULT, map(ioas, 0x300000, seam.memory(PAGE, Fcntl.PROT_READ), PAGE));
        refused(Errno.EINVAL, mapAnywhere(ioas, vaddr + 1, PAGE));
        assertEquals(0, detach(device));
        assertEquals(0, detach(device));
        assertEquals(before, seam.locked());
        assertEquals(List.of(IovaRange.ALL), ranges(ioas).ranges());
    }

    @Test
    void rangesSayHowManyThereAre() {
        int ioas = allocate();
        assertTrue(attach(bound(Seam.EDU), ioas) > 0);
        IoasIovaRanges one = new IoasIovaRanges(ioas, 1);

        refused(Errno.EMSGSIZE, seam.ioctl(iommu, IommufdRequests.IOAS_IOVA_RANGES, one));

        assertEquals(2, one.available());
        assertEquals(BEHIND_IOMMU.subList(0, 1), one.ranges());
    }

    @Test
    void attachingToAnotherAddressSpaceReplacesTheFirst() {
        int first = allocate();
        int second = allocate();
        int device = bound(Seam.EDU);
        int table = attach(device, first);
        assertEquals(4, table);
        assertEquals(table, attach(device, first));
        refused(Errno.EBUSY, destroy(first));
        refused(Errno.EBUSY, destroy(table));
        refused(Errno.ENOENT, attach(device, 99));
        refused(Errno.EINVAL, attach(device, 3));

        assertEquals(5, attach(device, second));

        assertEquals(0, destroy(first));
        refused(Errno.ENOENT, attach(device, table));
        var attach = VfioRequests.DEVICE_ATTACH_IOMMUFD_PT;
        refused(Errno.EINVAL, seam.ioctl(device, attach, Words.of(12, 2, second)));
        refused(Errno.EINVAL, seam.ioctl(device, attach, Words.of(11, 0, second)));
    }

    @Test
    void mappingThatDoesNotFitTheIommuKeepsDevicesAway() {
        int ioas = allocate();
        assertEquals(0, map(ioas, 0xfee00000L, seam.memory(PAGE), PAGE));
        int device = bound(Seam.EDU);

        refused(Errno.EADDRINUSE, attach(device, ioas));

        assertEquals(PAGE, unmap(ioas, 0, -1));
        assertTrue(attach(device, ioas) > 0);
    }

    @Test
    void devicesShareTheTablesOfAnAddressSpace() {
        int ioas = allocate();
        long vaddr = seam.memory(PAGE);
        int first = bound(Seam.EDU);
        int second = bound("0000:00:07.0");
        int table = attach(first, ioas);
        assertEquals(0, map(ioas, 0, vaddr, PAGE));
        long pinned = seam.locked();

        assertEquals(table, attach(second, ioas));

        assertEquals(pinned, seam.locked());
        assertEquals(0, detach(first));
        assertEquals(pinned, seam.locked());
    }

    @Test
    void boundDeviceOutlivesTheDescriptorOfItsIommufd() {
        int device = bound(Seam.EDU);
        seam.close(iommu);

        assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_GET_INFO, new DeviceInfo(0)));
    }

    @Test
    void destroyedAddressSpaceTakesItsMappingsWithIt() {
        int ioas = allocate();
        assertEquals(0, map(ioas, 0, seam.memory(PAGE), PAGE));

        assertEquals(0, destroy(ioas));

        refused(Errno.ENOENT, unmap(ioas, 0, PAGE));
    }
}
