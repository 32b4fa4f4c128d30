// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct iommu_ioas_unmap}, the argument of {@code IOMMU_IOAS_UNMAP}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  size     size of this struct
 *        4     4  ioas_id
 *        8     8  iova     device address
 *       16     8  length   bytes; the kernel answers how many it unmapped
 * </pre>
 *
 * <p>{@code iova} 0 with {@code length} all ones unmaps everything. Made once and set again for
 * each request, as the kernel overwrites {@code length}.
 */
public final class IoasUnmap extends Struct {
    /** Bytes of the struct. */
    public static final int SIZE = 24;

    static final int SIZE_AT = 0;
    static final int IOAS_ID_AT = 4;
    static final int IOVA_AT = 8;
    static final int LENGTH_AT = 16;

    /** An unmapping of nothing yet. */
    public IoasUnmap() {
        super(SIZE);
        bytes.putInt(SIZE_AT, SIZE);
    }

    /** Says what to unmap. */
    public IoasUnmap set(int ioas, long iova, long length) {
        bytes.putInt(IOAS_ID_AT, ioas);
        bytes.putLong(IOVA_AT, iova);
        bytes.putLong(LENGTH_AT, length);
        return this;
    }

    /** The address space. */
    public int ioas() {
        return bytes.getInt(IOAS_ID_AT);
    }

    /** The device address. */
    public long iova() {
        return bytes.getLong(IOVA_AT);
    }

    /** How many bytes to unmap; after the request, how many were. */
    public long length() {
        return bytes.getLong(LENGTH_AT);
    }
}
