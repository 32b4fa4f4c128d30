// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct kvm_create_device}, the argument of {@code KVM_CREATE_DEVICE}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  type   {@link #VFIO}
 *        4     4  fd     the kernel's answer, a descriptor
 *        8     4  flags  0, or {@link #TEST}
 * </pre>
 */
public final class KvmCreateDevice extends Struct {
    /** The device that knows the files of VFIO that a VM uses; a VM has one at most. */
    public static final int VFIO = 4;

    /** Make nothing: only say whether there is such a kind of device. */
    public static final int TEST = 1;

    /** Bytes of the struct. */
    public static final int SIZE = 12;

    static final int TYPE_AT = 0;
    static final int FD_AT = 4;
    static final int FLAGS_AT = 8;

    /** A request for a device of this type. */
    public KvmCreateDevice(int type, int flags) {
        super(SIZE);
        bytes.putInt(TYPE_AT, type);
        bytes.putInt(FLAGS_AT, flags);
    }

    /** The device's descriptor. */
    public int descriptor() {
        return bytes.getInt(FD_AT);
    }
}
