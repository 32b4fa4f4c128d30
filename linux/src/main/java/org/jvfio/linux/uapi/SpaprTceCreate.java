// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct vfio_iommu_spapr_tce_create}, the argument of {@code VFIO_IOMMU_SPAPR_TCE_CREATE}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz        size of this struct
 *        4     4  flags        0
 *        8     4  page_shift   2 to the power of this is the size of a page
 *       12     4  reserved     0
 *       16     8  window_size  bytes, a power of two
 *       24     4  levels       of the table
 *       28     4  reserved     0
 *       32     8  start_addr   the kernel's answer
 * </pre>
 */
public final class SpaprTceCreate extends Struct {
    /** Bytes of the struct. */
    public static final int SIZE = 40;

    static final int ARGSZ_AT = 0;
    static final int FLAGS_AT = 4;
    static final int PAGE_SHIFT_AT = 8;
    static final int WINDOW_SIZE_AT = 16;
    static final int LEVELS_AT = 24;
    static final int START_ADDR_AT = 32;

    /** A request for a window of {@code size} bytes. */
    public SpaprTceCreate(int pageShift, long size, int levels) {
        super(SIZE);
        bytes.putInt(ARGSZ_AT, SIZE);
        bytes.putInt(PAGE_SHIFT_AT, pageShift);
        bytes.putLong(WINDOW_SIZE_AT, size);
        bytes.putInt(LEVELS_AT, levels);
    }

    /** Where the kernel put the window. */
    public long start() {
        return bytes.getLong(START_ADDR_AT);
    }
}
