// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.jvfio.testkit.Seam.refused;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.uapi.BindIommufd;
import org.jvfio.linux.uapi.KvmCreateDevice;
import org.jvfio.linux.uapi.KvmDeviceAttr;
import org.jvfio.linux.uapi.KvmRequests;
import org.jvfio.linux.uapi.VfioRequests;

/** A virtual machine's VFIO device: what it takes, and what it keeps open. */
final class KvmDeviceTest {
    private static final String GROUP = "/dev/vfio/" + Seam.EDU_GROUP;

    private Seam seam;
    private int kvm;
    private int vm;
    private int device;

    @BeforeEach
    void open() {
        seam = Seam.open();
        kvm = seam.open("/dev/kvm");
        vm = seam.closing(seam.ioctl(kvm, KvmRequests.CREATE_VM, 0));
        device = create();
    }

    @AfterEach
    void close() {
        seam.close();
    }

    private int create() {
        KvmCreateDevice request = new KvmCreateDevice(KvmCreateDevice.VFIO, 0);
        assertEquals(0, seam.ioctl(vm, KvmRequests.CREATE_DEVICE, request));
        return seam.closing(request.descriptor());
    }

    private int create(int type, int flags) {
        return seam.ioctl(vm, KvmRequests.CREATE_DEVICE, new KvmCreateDevice(type, flags));
    }

    private int set(int attribute, int file) {
        return seam.ioctl(
                device,
                KvmRequests.SET_DEVICE_ATTR,
                new KvmDeviceAttr(KvmDeviceAttr.VFIO_FILE, attribute, file));
    }

    private int add(int file) {
        return set(KvmDeviceAttr.FILE_ADD, file);
    }

    private int remove(int file) {
        return set(KvmDeviceAttr.FILE_DEL, file);
    }

    private int has(int group, int attribute) {
        return seam.ioctl(device, KvmRequests.HAS_DEVICE_ATTR, new KvmDeviceAttr(group, attribute));
    }

    @Test
    void kernelSaysWhatItHas() {
        assertEquals(KvmRequests.API_VERSION, seam.ioctl(kvm, KvmRequests.GET_API_VERSION, 0));
        int deviceControl = KvmRequests.CAP_DEVICE_CTRL;
        assertEquals(1, seam.ioctl(kvm, KvmRequests.CHECK_EXTENSION, deviceControl));
        assertEquals(1, seam.ioctl(vm, KvmRequests.CHECK_EXTENSION, deviceControl));
        refused(Errno.EINVAL, seam.ioctl(kvm, KvmRequests.CREATE_DEVICE, 0));
        refused(Errno.ENOTTY, seam.ioctl(vm, KvmRequests.HAS_DEVICE_ATTR, 0));
        assertEquals(0, has(KvmDeviceAttr.VFIO_FILE, KvmDeviceAttr.FILE_ADD));
        assertEquals(0, has(KvmDeviceAttr.VFIO_FILE, KvmDeviceAttr.FILE_DEL));
        refused(Errno.ENXIO, has(KvmDeviceAttr.VFIO_FILE, 9));
        refused(Errno.ENXIO, has(2, KvmDeviceAttr.FILE_ADD));
    }

    @Test
    void machineHasOneVfioDevice() {
        refused(Errno.EBUSY, create(KvmCreateDevice.VFIO, 0));
        assertEquals(0, create(KvmCreateDevice.VFIO, KvmCreateDevice.TEST));
        refused(Errno.ENODEV, create(77, 0));

        seam.close(device);

        device = create();
    }

    @Test
    void groupIsAddedAndRemovedOnce() {
        int group = seam.open(GROUP);

        refused(Errno.ENOENT, remove(group));
        assertEquals(0, add(group));
        refused(Errno.EEXIST, add(group));
        assertEquals(0, remove(group));
        refused(Errno.ENOENT, remove(group));
    }

    @Test
    void deviceIsAddedBeforeItIsBound() {
        int iommu = seam.open("/dev/iommu");
        int cdev = seam.open(Bound.cdev(seam, Seam.EDU));

        assertEquals(0, add(cdev));
        refused(Errno.EEXIST, add(cdev));
        assertEquals(0, seam.ioctl(cdev, VfioRequests.DEVICE_BIND_IOMMUFD, new BindIommufd(iommu)));
        assertEquals(0, remove(cdev));
    }

    @Test
    void fileThatIsNotOfVfioIsRefused() {
        refused(Errno.EINVAL, add(vm));
        refused(Errno.EINVAL, add(seam.eventfd()));
        refused(Errno.EBADF, add(-1));
        refused(Errno.EBADF, remove(-1));
        refused(Errno.ENOENT, remove(vm));
        refused(Errno.ENXIO, set(9, vm));
    }

    @Test
    void fileThatWasAddedStaysOpenUntilItIsRemovedOrTheDeviceCloses() {
        int group = seam.open(GROUP);
        assertEquals(0, add(group));
        seam.close(group);
        refused(Errno.EBUSY, seam.kernel.open(GROUP, Fcntl.O_RDWR));

        seam.close(device);

        int again = seam.open(GROUP);
        assertTrue(again >= 0);
    }
}
