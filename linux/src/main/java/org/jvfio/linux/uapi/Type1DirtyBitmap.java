// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct vfio_iommu_type1_dirty_bitmap} with {@code struct
 * vfio_iommu_type1_dirty_bitmap_get} behind it, the argument of {@code VFIO_IOMMU_DIRTY_PAGES}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz   size of this struct
 *        4     4  flags   {@link #START}, {@link #STOP} or {@link #GET_BITMAP}
 *        8     8  iova    with {@link #GET_BITMAP}: device address
 *       16     8  size    bytes of the range
 *       24     8  bitmap.pgsize  bytes of a page
 *       32     8  bitmap.size    bytes of the bitmap, a multiple of 8
 *       40     8  bitmap.data    process address of the bitmap
 * </pre>
 *
 * <p>Made once and set again for each request.
 */
public final class Type1DirtyBitmap extends Struct {
    /** Begin to track; nothing happens if that is so already. */
    public static final int START = 1;

    /** End tracking; nothing happens if there is none. */
    public static final int STOP = 1 << 1;

    /** Write which pages of a range are dirty, and take them for clean from now on. */
    public static final int GET_BITMAP = 1 << 2;

    /** Bytes of the struct, with the range. */
    public static final int SIZE = 48;

    static final int ARGSZ_AT = 0;
    static final int FLAGS_AT = 4;
    static final int DATA_AT = 8;
    static final int IOVA_AT = 0;
    static final int SIZE_AT = 8;
    static final int BITMAP_AT = 16;

    /** A request for nothing yet. */
    public Type1DirtyBitmap() {
        super(SIZE);
        bytes.putInt(ARGSZ_AT, SIZE);
    }

    /** Says to {@link #START} or {@link #STOP}. */
    public Type1DirtyBitmap set(int flags) {
        bytes.putInt(FLAGS_AT, flags);
        return this;
    }

    /**
     * Says to {@link #GET_BITMAP} of a range that cuts no mapping.
     *
     * @param pageSize bytes of a page, the smallest that the IOMMU has
     * @param bitmapSize bytes of the bitmap: one bit for each page, in whole words of 64 bits
     * @param address where the bitmap is in this process
     */
    public Type1DirtyBitmap get(
            long iova, long size, long pageSize, long bitmapSize, long address) {
        set(GET_BITMAP);
        bytes.putLong(DATA_AT + IOVA_AT, iova);
        bytes.putLong(DATA_AT + SIZE_AT, size);
        VfioBitmap.write(bytes, DATA_AT + BITMAP_AT, pageSize, bitmapSize, address);
        return this;
    }

    /** The device address. */
    public long iova() {
        return bytes.getLong(DATA_AT + IOVA_AT);
    }

    /** Bytes of the range. */
    public long size() {
        return bytes.getLong(DATA_AT + SIZE_AT);
    }

    /** {@link #START}, {@link #STOP} or {@link #GET_BITMAP}. */
    public int flags() {
        return bytes.getInt(FLAGS_AT);
    }
}
