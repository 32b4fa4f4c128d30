// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct iommu_hwpt_set_dirty_tracking}, the argument of {@code
 * IOMMU_HWPT_SET_DIRTY_TRACKING}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  size      size of this struct
 *        4     4  flags     {@link #ENABLE}, or 0 to end it
 *        8     4  hwpt_id   page tables that were allocated with {@link HwptAlloc#DIRTY_TRACKING}
 *       12     4  reserved  0
 * </pre>
 */
public final class HwptSetDirtyTracking extends Struct {
    /** Tracking begins, with nothing dirty. */
    public static final int ENABLE = 1;

    /** Bytes of the struct. */
    public static final int SIZE = 16;

    static final int SIZE_AT = 0;
    static final int FLAGS_AT = 4;
    static final int HWPT_ID_AT = 8;

    /** A request to begin or end tracking. */
    public HwptSetDirtyTracking(int pageTables, boolean on) {
        super(SIZE);
        bytes.putInt(SIZE_AT, SIZE);
        bytes.putInt(FLAGS_AT, on ? ENABLE : 0);
        bytes.putInt(HWPT_ID_AT, pageTables);
    }
}
