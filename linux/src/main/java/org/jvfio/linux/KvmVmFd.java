// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import org.jvfio.linux.uapi.KvmCreateDevice;
import org.jvfio.linux.uapi.KvmRequests;

/** A virtual machine of KVM. */
public final class KvmVmFd extends KernelFile {
    private KvmVmFd(Kernel kernel, int fd, boolean owned) {
        super(kernel, fd, "KVM's virtual machine (descriptor " + fd + ")", owned);
    }

    /** A machine that somebody else made and will close. */
    public static KvmVmFd borrow(Kernel kernel, int fd) {
        return new KvmVmFd(kernel, fd, false);
    }

    /** A machine that somebody else made and that is now ours to close. */
    public static KvmVmFd own(Kernel kernel, int fd) {
        return new KvmVmFd(kernel, fd, true);
    }

    /**
     * Asks whether this machine can have a VFIO device. Makes nothing.
     *
     * @throws KernelException {@code ENODEV} if this kernel's KVM does not know VFIO, another if
     *     this is not a virtual machine
     */
    public void probe() throws KernelException {
        request(
                KvmRequests.CREATE_DEVICE,
                new KvmCreateDevice(KvmCreateDevice.VFIO, KvmCreateDevice.TEST));
    }

    /**
     * Makes the machine's VFIO device.
     *
     * @throws KernelException {@code EBUSY} if it has one, as {@link #probe} otherwise
     */
    public KvmVfioFd createVfioDevice() throws KernelException {
        KvmCreateDevice device = new KvmCreateDevice(KvmCreateDevice.VFIO, 0);
        request(KvmRequests.CREATE_DEVICE, device);
        return KvmVfioFd.own(kernel(), device.descriptor());
    }
}
