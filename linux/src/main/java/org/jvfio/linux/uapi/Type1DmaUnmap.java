// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct vfio_iommu_type1_dma_unmap}, the argument of {@code VFIO_IOMMU_UNMAP_DMA}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz   size of this struct
 *        4     4  flags   0, {@link #ALL} or {@link #VADDR}
 *        8     8  iova    device address
 *       16     8  size    bytes; the kernel answers how many it unmapped
 * </pre>
 *
 * <p>Made once and set again for each request, as the kernel overwrites {@code size}.
 */
public final class Type1DmaUnmap extends Struct {
    /** A bitmap follows, for the pages that devices wrote to; not with this short struct. */
    public static final int GET_DIRTY_BITMAP = 1;

    /** Everything, with {@code iova} and {@code size} 0, where the container has the extension. */
    public static final int ALL = 1 << 1;

    /** Withdraw the process addresses only; devices go on reaching the pages. */
    public static final int VADDR = 1 << 2;

    /** Bytes of the struct. */
    public static final int SIZE = 24;

    static final int ARGSZ_AT = 0;
    static final int FLAGS_AT = 4;
    static final int IOVA_AT = 8;
    static final int SIZE_AT = 16;

    /** An unmapping of nothing yet. */
    public Type1DmaUnmap() {
        super(SIZE);
        bytes.putInt(ARGSZ_AT, SIZE);
    }

    /** Says what to unmap. */
    public Type1DmaUnmap set(long iova, long size, int flags) {
        bytes.putInt(FLAGS_AT, flags);
        bytes.putLong(IOVA_AT, iova);
        bytes.putLong(SIZE_AT, size);
        return this;
    }

    /** The device address. */
    public long iova() {
        return bytes.getLong(IOVA_AT);
    }

    /** How many bytes to unmap; after the request, how many were. */
    public long size() {
        return bytes.getLong(SIZE_AT);
    }

    /** 0, {@link #ALL} or {@link #VADDR}. */
    public int flags() {
        return bytes.getInt(FLAGS_AT);
    }
}
