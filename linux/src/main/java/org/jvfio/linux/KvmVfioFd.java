// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import org.jvfio.linux.uapi.KvmDeviceAttr;
import org.jvfio.linux.uapi.KvmRequests;

/**
 * A virtual machine's VFIO device: what KVM knows of the files of VFIO that the machine uses.
 *
 * <p>A machine has one at most. It keeps the files that were added open until they are removed or
 * it is closed, so that closing such a file alone gives nothing back.
 *
 * <p>Source: {@code Documentation/virt/kvm/devices/vfio.rst} of the kernel.
 */
public final class KvmVfioFd extends KernelFile {
    private KvmVfioFd(Kernel kernel, int fd, boolean owned) {
        super(kernel, fd, "KVM's VFIO device (descriptor " + fd + ")", owned);
    }

    /** A device that somebody else made and will close. */
    public static KvmVfioFd borrow(Kernel kernel, int fd) {
        return new KvmVfioFd(kernel, fd, false);
    }

    /** A device that somebody else made and that is now ours to close. */
    public static KvmVfioFd own(Kernel kernel, int fd) {
        return new KvmVfioFd(kernel, fd, true);
    }

    /**
     * Asks whether files can be added and removed: whether this is such a device.
     *
     * @throws KernelException {@code ENXIO} if it is a device of another kind, {@code ENOTTY} or
     *     {@code EBADF} if it is none
     */
    public void probe() throws KernelException {
        request(
                KvmRequests.HAS_DEVICE_ATTR,
                new KvmDeviceAttr(KvmDeviceAttr.VFIO_FILE, KvmDeviceAttr.FILE_ADD));
    }

    /**
     * Tells the virtual machine that it uses a file from now on.
     *
     * @param file the descriptor of a group or of a device
     * @throws KernelException {@code EEXIST} if it knows, {@code EINVAL} if that is no such file
     */
    public void add(int file) throws KernelException {
        set(KvmDeviceAttr.FILE_ADD, file);
    }

    /**
     * Tells the virtual machine that it uses a file no more.
     *
     * @throws KernelException {@code ENOENT} if it did not
     */
    public void remove(int file) throws KernelException {
        set(KvmDeviceAttr.FILE_DEL, file);
    }

    private void set(int attribute, int file) throws KernelException {
        request(
                KvmRequests.SET_DEVICE_ATTR,
                new KvmDeviceAttr(KvmDeviceAttr.VFIO_FILE, attribute, file));
    }
}
