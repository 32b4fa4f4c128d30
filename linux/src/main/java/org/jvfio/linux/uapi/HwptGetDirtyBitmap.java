// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct iommu_hwpt_get_dirty_bitmap}, the argument of {@code IOMMU_HWPT_GET_DIRTY_BITMAP}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  size       size of this struct
 *        4     4  hwpt_id
 *        8     4  flags      {@link #NO_CLEAR}
 *       12     4  reserved   0
 *       16     8  iova       device address of bit 0
 *       24     8  length     bytes
 *       32     8  page_size  bytes that a bit stands for
 *       40     8  data       address of the bitmap
 * </pre>
 *
 * <p>The kernel sets bits and clears none of the bitmap's. It looks at what is mapped without a
 * hole from {@code iova} on, and no further.
 */
public final class HwptGetDirtyBitmap extends Struct {
    /** What was dirty stays so for the next question. */
    public static final int NO_CLEAR = 1;

    /** Bytes of the struct. */
    public static final int SIZE = 48;

    static final int SIZE_AT = 0;
    static final int HWPT_ID_AT = 4;
    static final int FLAGS_AT = 8;
    static final int IOVA_AT = 16;
    static final int LENGTH_AT = 24;
    static final int PAGE_SIZE_AT = 32;
    static final int DATA_AT = 40;

    /** A question about page tables; {@link #set} says which addresses. */
    public HwptGetDirtyBitmap(int pageTables, int flags) {
        super(SIZE);
        bytes.putInt(SIZE_AT, SIZE);
        bytes.putInt(HWPT_ID_AT, pageTables);
        bytes.putInt(FLAGS_AT, flags);
    }

    /** Says which addresses, and where the bitmap is. */
    public HwptGetDirtyBitmap set(long iova, long length, long pageSize, long bitmap) {
        bytes.putLong(IOVA_AT, iova);
        bytes.putLong(LENGTH_AT, length);
        bytes.putLong(PAGE_SIZE_AT, pageSize);
        bytes.putLong(DATA_AT, bitmap);
        return this;
    }
}
