// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct vfio_precopy_info}, the argument of {@code VFIO_MIG_GET_PRECOPY_INFO}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz          size of this struct
 *        4     4  flags          the kernel's answer, 0 so far
 *        8     8  initial_bytes  what the other side should have before the device is stopped
 *       16     8  dirty_bytes    what has changed since it was read
 * </pre>
 */
public final class PrecopyInfo extends Struct {
    /** Bytes of the struct. */
    public static final int SIZE = 24;

    static final int ARGSZ_AT = 0;
    static final int FLAGS_AT = 4;
    static final int INITIAL_BYTES_AT = 8;
    static final int DIRTY_BYTES_AT = 16;

    /** A question. */
    public PrecopyInfo() {
        super(SIZE);
        bytes.putInt(ARGSZ_AT, SIZE);
    }

    /** What should be read before the device is stopped, as it is estimated. */
    public long initialBytes() {
        return bytes.getLong(INITIAL_BYTES_AT);
    }

    /** What has changed since it was read, as it is estimated. */
    public long dirtyBytes() {
        return bytes.getLong(DIRTY_BYTES_AT);
    }
}
