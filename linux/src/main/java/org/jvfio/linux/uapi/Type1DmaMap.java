// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct vfio_iommu_type1_dma_map}, the argument of {@code VFIO_IOMMU_MAP_DMA}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz   size of this struct
 *        4     4  flags   {@link #READ} | {@link #WRITE}, or {@link #VADDR} alone
 *        8     8  vaddr   process address
 *       16     8  iova    device address
 *       24     8  size    bytes
 * </pre>
 *
 * <p>Made once and set again for each request.
 */
public final class Type1DmaMap extends Struct {
    /** Devices may read. */
    public static final int READ = 1;

    /** Devices may write. */
    public static final int WRITE = 1 << 1;

    /** Give an existing mapping, whose process addresses were withdrawn, its new ones. */
    public static final int VADDR = 1 << 2;

    /** Bytes of the struct. */
    public static final int SIZE = 32;

    static final int ARGSZ_AT = 0;
    static final int FLAGS_AT = 4;
    static final int VADDR_AT = 8;
    static final int IOVA_AT = 16;
    static final int SIZE_AT = 24;

    /** A mapping of nothing yet. */
    public Type1DmaMap() {
        super(SIZE);
        bytes.putInt(ARGSZ_AT, SIZE);
    }

    /** Says what to map where. */
    public Type1DmaMap set(long iova, long vaddr, long size, int flags) {
        bytes.putInt(FLAGS_AT, flags);
        bytes.putLong(VADDR_AT, vaddr);
        bytes.putLong(IOVA_AT, iova);
        bytes.putLong(SIZE_AT, size);
        return this;
    }

    /** The device address. */
    public long iova() {
        return bytes.getLong(IOVA_AT);
    }

    /** The process address. */
    public long vaddr() {
        return bytes.getLong(VADDR_AT);
    }

    /** How many bytes. */
    public long size() {
        return bytes.getLong(SIZE_AT);
    }

    /** {@link #READ} | {@link #WRITE}, or {@link #VADDR}. */
    public int flags() {
        return bytes.getInt(FLAGS_AT);
    }
}
