// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Ioctl;

/** The requests of {@code linux/kvm.h} that tell a virtual machine of VFIO's files. */
public final class KvmRequests {
    /** The only answer to {@link #GET_API_VERSION} since Linux 2.6.22. */
    public static final int API_VERSION = 12;

    /** A VM has devices of the kernel's own ({@code KVM_CAP_DEVICE_CTRL}). */
    public static final int CAP_DEVICE_CTRL = 89;

    private static final int TYPE = 0xAE;

    /** Of {@code /dev/kvm}: which version of the interface this is. No argument. */
    public static final Ioctl GET_API_VERSION = Ioctl.io("KVM_GET_API_VERSION", TYPE, 0x00);

    /** Of {@code /dev/kvm}: a new virtual machine's descriptor; the kind of machine, 0. */
    public static final Ioctl CREATE_VM = Ioctl.io("KVM_CREATE_VM", TYPE, 0x01);

    /** Of {@code /dev/kvm} and of a VM: whether it has an extension, a plain number. */
    public static final Ioctl CHECK_EXTENSION = Ioctl.io("KVM_CHECK_EXTENSION", TYPE, 0x03);

    /** Of a VM: {@link KvmCreateDevice}. */
    public static final Ioctl CREATE_DEVICE =
            Ioctl.iowr("KVM_CREATE_DEVICE", TYPE, 0xe0, KvmCreateDevice.SIZE);

    /** Of a device of a VM: {@link KvmDeviceAttr}. */
    public static final Ioctl SET_DEVICE_ATTR =
            Ioctl.iow("KVM_SET_DEVICE_ATTR", TYPE, 0xe1, KvmDeviceAttr.SIZE);

    /** Of a device of a VM: whether it has an attribute, {@link KvmDeviceAttr}. */
    public static final Ioctl HAS_DEVICE_ATTR =
            Ioctl.iow("KVM_HAS_DEVICE_ATTR", TYPE, 0xe3, KvmDeviceAttr.SIZE);

    private KvmRequests() {}
}
