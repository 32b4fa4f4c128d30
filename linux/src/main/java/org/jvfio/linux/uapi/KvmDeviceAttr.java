// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct kvm_device_attr}, the argument of {@code KVM_SET_DEVICE_ATTR} and {@code
 * KVM_HAS_DEVICE_ATTR}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  flags  0
 *        4     4  group  {@link #VFIO_FILE}
 *        8     8  attr   {@link #FILE_ADD}, {@link #FILE_DEL}
 *       16     8  addr   where the value is: a descriptor ({@code __s32}) for these two
 * </pre>
 *
 * <p>Until Linux 6.1 the group and its attributes were called {@code KVM_DEV_VFIO_GROUP*}, with the
 * same numbers, and took files of groups alone.
 */
public final class KvmDeviceAttr extends Struct {
    /** Of the VFIO device: the files of VFIO, of groups and of devices. */
    public static final int VFIO_FILE = 1;

    /** The VM uses a file from now on, and keeps it open. */
    public static final int FILE_ADD = 1;

    /** The VM uses it no more. */
    public static final int FILE_DEL = 2;

    /** Bytes of the struct. */
    public static final int SIZE = 24;

    static final int FLAGS_AT = 0;
    static final int GROUP_AT = 4;
    static final int ATTR_AT = 8;
    static final int ADDR_AT = 16;

    /** A question for an attribute, without a value. */
    public KvmDeviceAttr(int group, long attribute) {
        super(SIZE);
        bytes.putInt(GROUP_AT, group);
        bytes.putLong(ATTR_AT, attribute);
    }

    /** An attribute whose value is a descriptor. */
    public KvmDeviceAttr(int group, long attribute, int descriptor) {
        super(SIZE + Integer.BYTES);
        bytes.putInt(GROUP_AT, group);
        bytes.putLong(ATTR_AT, attribute);
        // The value stands right behind the struct that points to it.
        bytes.putLong(ADDR_AT, address() + SIZE);
        bytes.putInt(SIZE, descriptor);
    }
}
