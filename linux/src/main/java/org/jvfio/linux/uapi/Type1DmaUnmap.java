// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct vfio_iommu_type1_dma_unmap}, the argument of {@code VFIO_IOMMU_UNMAP_DMA}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz   size of this struct
 *        4     4  flags   0, {@link #ALL}, {@link #VADDR} or {@link #GET_DIRTY_BITMAP}
 *        8     8  iova    device address
 *       16     8  size    bytes; the kernel answers how many it unmapped
 *       24    24  data    with {@link #GET_DIRTY_BITMAP}: {@link VfioBitmap}
 * </pre>
 *
 * <p>Made once and set again for each request, as the kernel overwrites {@code size}.
 */
public final class Type1DmaUnmap extends Struct {
    /** A bitmap follows, for the pages that devices wrote to: {@link #withBitmap}, alone. */
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
    static final int DATA_AT = 24;

    /** An unmapping of nothing yet. */
    public Type1DmaUnmap() {
        this(SIZE);
    }

    private Type1DmaUnmap(int size) {
        super(size);
        bytes.putInt(ARGSZ_AT, size);
    }

    /** An unmapping of nothing yet, with room for {@link #bitmap}. */
    public static Type1DmaUnmap withBitmap() {
        return new Type1DmaUnmap(DATA_AT + VfioBitmap.SIZE);
    }

    /** Says what to unmap. */
    public Type1DmaUnmap set(long iova, long size, int flags) {
        bytes.putInt(FLAGS_AT, flags);
        bytes.putLong(IOVA_AT, iova);
        bytes.putLong(SIZE_AT, size);
        return this;
    }

    /**
     * Says where the dirty pages go, with {@link #GET_DIRTY_BITMAP}.
     *
     * @param pageSize bytes of a page, the smallest that the IOMMU has
     * @param size bytes of the bitmap: one bit for each page, in whole words of 64 bits
     * @param address where the bitmap is in this process
     * @throws IllegalStateException if the struct has no room for it
     */
    public Type1DmaUnmap bitmap(long pageSize, long size, long address) {
        if (capacity() == SIZE) {
            throw new IllegalStateException("made without room for a bitmap");
        }
        VfioBitmap.write(bytes, DATA_AT, pageSize, size, address);
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

    /** 0, {@link #ALL}, {@link #VADDR} or {@link #GET_DIRTY_BITMAP}. */
    public int flags() {
        return bytes.getInt(FLAGS_AT);
    }
}
