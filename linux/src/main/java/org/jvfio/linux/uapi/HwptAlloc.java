// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct iommu_hwpt_alloc}, the argument of {@code IOMMU_HWPT_ALLOC}: page tables that hold
 * what an address space maps.
 *
 * <pre>
 *   offset  size  field
 *        0     4  size         size of this struct
 *        4     4  flags        {@link #NEST_PARENT} | {@link #DIRTY_TRACKING}
 *        8     4  dev_id       a device that is bound, and whose IOMMU it is for
 *       12     4  pt_id        the address space
 *       16     4  out_hwpt_id  the kernel's answer
 *       20     4  reserved     0
 *       24     4  data_type    0
 *       28     4  data_len     0
 *       32     8  data_uptr    0
 * </pre>
 *
 * <p>These are the fields of Linux 6.10; later kernels take a queue of page faults behind them.
 */
public final class HwptAlloc extends Struct {
    /** Guests will have page tables of their own above these. */
    public static final int NEST_PARENT = 1;

    /** They will say which pages devices write. */
    public static final int DIRTY_TRACKING = 1 << 1;

    /** Bytes of the struct. */
    public static final int SIZE = 40;

    static final int SIZE_AT = 0;
    static final int FLAGS_AT = 4;
    static final int DEV_ID_AT = 8;
    static final int PT_ID_AT = 12;
    static final int OUT_HWPT_ID_AT = 16;
    static final int DATA_TYPE_AT = 24;
    static final int DATA_LEN_AT = 28;
    static final int DATA_UPTR_AT = 32;

    /** A request for page tables of the address space {@code ioas}. */
    public HwptAlloc(int device, int ioas, int flags) {
        super(SIZE);
        bytes.putInt(SIZE_AT, SIZE);
        bytes.putInt(FLAGS_AT, flags);
        bytes.putInt(DEV_ID_AT, device);
        bytes.putInt(PT_ID_AT, ioas);
    }

    /** The page tables' id. */
    public int pageTableId() {
        return bytes.getInt(OUT_HWPT_ID_AT);
    }
}
