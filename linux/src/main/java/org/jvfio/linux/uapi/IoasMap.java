// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct iommu_ioas_map}, the argument of {@code IOMMU_IOAS_MAP}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  size      size of this struct
 *        4     4  flags     {@link #FIXED_IOVA} | {@link #WRITEABLE} | {@link #READABLE}
 *        8     4  ioas_id
 *       12     4  reserved  0
 *       16     8  user_va   process address
 *       24     8  length    bytes
 *       32     8  iova      device address; without {@link #FIXED_IOVA} the kernel answers it
 * </pre>
 *
 * <p>Made once and set again for each request.
 */
public final class IoasMap extends Struct {
    /** At the given device address; without it the kernel chooses one. */
    public static final int FIXED_IOVA = 1;

    /** Devices may write. */
    public static final int WRITEABLE = 1 << 1;

    /** Devices may read. */
    public static final int READABLE = 1 << 2;

    /** Bytes of the struct. */
    public static final int SIZE = 40;

    static final int SIZE_AT = 0;
    static final int FLAGS_AT = 4;
    static final int IOAS_ID_AT = 8;
    static final int USER_VA_AT = 16;
    static final int LENGTH_AT = 24;
    static final int IOVA_AT = 32;

    /** A mapping of nothing yet. */
    public IoasMap() {
        super(SIZE);
        bytes.putInt(SIZE_AT, SIZE);
    }

    /** Says what to map where. */
    public IoasMap set(int ioas, long iova, long vaddr, long length, int flags) {
        bytes.putInt(FLAGS_AT, flags);
        bytes.putInt(IOAS_ID_AT, ioas);
        bytes.putLong(USER_VA_AT, vaddr);
        bytes.putLong(LENGTH_AT, length);
        bytes.putLong(IOVA_AT, iova);
        return this;
    }

    /** The address space. */
    public int ioas() {
        return bytes.getInt(IOAS_ID_AT);
    }

    /** The device address: asked for, or after the request chosen by the kernel. */
    public long iova() {
        return bytes.getLong(IOVA_AT);
    }

    /** The process address. */
    public long vaddr() {
        return bytes.getLong(USER_VA_AT);
    }

    /** How many bytes. */
    public long length() {
        return bytes.getLong(LENGTH_AT);
    }

    /** {@link #FIXED_IOVA} | {@link #WRITEABLE} | {@link #READABLE}. */
    public int flags() {
        return bytes.getInt(FLAGS_AT);
    }
}
