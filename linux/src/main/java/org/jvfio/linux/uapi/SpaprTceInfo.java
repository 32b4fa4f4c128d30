// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct vfio_iommu_spapr_tce_info}, the answer of {@code VFIO_IOMMU_SPAPR_TCE_GET_INFO}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz               size of this struct
 *        4     4  flags               {@link #DDW}
 *        8     4  dma32_window_start  bytes
 *       12     4  dma32_window_size   bytes
 *       16     8  pgsizes             of windows that can be made, one bit each
 *       24     4  max_dynamic_windows_supported
 *       28     4  levels              of the tables of such a window, at most
 * </pre>
 */
public final class SpaprTceInfo extends Struct {
    /** Windows can be made and removed: what follows {@code dma32_window_size} means something. */
    public static final int DDW = 1;

    /** Bytes of the struct. */
    public static final int SIZE = 32;

    static final int ARGSZ_AT = 0;
    static final int FLAGS_AT = 4;
    static final int DMA32_WINDOW_START_AT = 8;
    static final int DMA32_WINDOW_SIZE_AT = 12;
    static final int PGSIZES_AT = 16;
    static final int MAX_WINDOWS_AT = 24;
    static final int LEVELS_AT = 28;

    /** An answer for the kernel to fill in. */
    public SpaprTceInfo() {
        super(SIZE);
        bytes.putInt(ARGSZ_AT, SIZE);
    }

    /** Whether windows can be made and removed. */
    public boolean isDynamic() {
        return (bytes.getInt(FLAGS_AT) & DDW) != 0;
    }

    /** Where the 32-bit window begins. */
    public long windowStart() {
        return Integer.toUnsignedLong(bytes.getInt(DMA32_WINDOW_START_AT));
    }

    /** How many bytes the 32-bit window has. */
    public long windowSize() {
        return Integer.toUnsignedLong(bytes.getInt(DMA32_WINDOW_SIZE_AT));
    }

    /** The sizes of page that a window can have, one bit each; 0 where none can be made. */
    public long pageSizes() {
        return isDynamic() ? bytes.getLong(PGSIZES_AT) : 0;
    }

    /** How many windows there can be at once. */
    public int mostWindows() {
        return isDynamic() ? bytes.getInt(MAX_WINDOWS_AT) : 1;
    }

    /** How many levels the tables of a window may have. */
    public int mostLevels() {
        return isDynamic() ? bytes.getInt(LEVELS_AT) : 1;
    }
}
