// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct vfio_group_status}, the answer of {@code VFIO_GROUP_GET_STATUS}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz   size of this struct
 *        4     4  flags   {@link #VIABLE} | {@link #CONTAINER_SET}
 * </pre>
 */
public final class VfioGroupStatus extends Struct {
    /** Every device of the group is bound to a VFIO driver, to one that does no DMA, or to none. */
    public static final int VIABLE = 1;

    /** The group is in a container. */
    public static final int CONTAINER_SET = 1 << 1;

    /** Bytes of the struct. */
    public static final int SIZE = 8;

    static final int ARGSZ_AT = 0;
    static final int FLAGS_AT = 4;

    /** A status for the kernel to fill in. */
    public VfioGroupStatus() {
        super(SIZE);
        bytes.putInt(ARGSZ_AT, SIZE);
    }

    /** What the kernel said: {@link #VIABLE} | {@link #CONTAINER_SET}. */
    public int flags() {
        return bytes.getInt(FLAGS_AT);
    }
}
