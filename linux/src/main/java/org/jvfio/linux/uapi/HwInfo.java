// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct iommu_hw_info}, the argument of {@code IOMMU_GET_HW_INFO}, with room for the
 * hardware's own data right behind it.
 *
 * <pre>
 *   offset  size  field
 *        0     4  size                size of this struct without the data
 *        4     4  flags               0
 *        8     4  dev_id              a device that is bound
 *       12     4  data_len            room for data; the kernel answers how much there is
 *       16     8  data_uptr           address of the data
 *       24     4  out_data_type       1 for VT-d, 2 for SMMUv3
 *       28     1  out_max_pasid_log2
 *       29     3  reserved            0
 *       32     8  out_capabilities    {@link #DIRTY_TRACKING}
 *       40     -  data
 * </pre>
 */
public final class HwInfo extends Struct {
    /** The IOMMU can tell which pages devices write. */
    public static final long DIRTY_TRACKING = 1;

    /** {@link #dataType()} of Intel's VT-d. */
    public static final int VTD = 1;

    /** In {@link #vtdFlags()}: no read-only mappings in page tables that are a nesting parent. */
    public static final int VTD_ERRATA_772415_SPR17 = 1;

    /** Bytes of {@code struct iommu_hw_info_vtd}. */
    public static final int VTD_SIZE = 24;

    /** Bytes of the struct without the data. */
    public static final int SIZE = 40;

    static final int SIZE_AT = 0;
    static final int FLAGS_AT = 4;
    static final int DEV_ID_AT = 8;
    static final int DATA_LEN_AT = 12;
    static final int DATA_UPTR_AT = 16;
    static final int OUT_DATA_TYPE_AT = 24;
    static final int OUT_CAPABILITIES_AT = 32;

    /** A question about a device with room for {@code room} bytes of data. */
    public HwInfo(int device, int room) {
        super(SIZE + room);
        bytes.putInt(SIZE_AT, SIZE);
        bytes.putInt(DEV_ID_AT, device);
        bytes.putInt(DATA_LEN_AT, room);
        bytes.putLong(DATA_UPTR_AT, room == 0 ? 0 : address() + SIZE);
    }

    /** What kind of IOMMU the data is about; 0 where there is no data. */
    public int dataType() {
        return bytes.getInt(OUT_DATA_TYPE_AT);
    }

    /** The flags of {@code struct iommu_hw_info_vtd}; 0 of another IOMMU. */
    public int vtdFlags() {
        boolean there = dataType() == VTD && capacity() >= SIZE + Integer.BYTES;
        return there ? bytes.getInt(SIZE) : 0;
    }

    /** How many bytes of data the kernel has. */
    public int dataLength() {
        return bytes.getInt(DATA_LEN_AT);
    }

    /** The hardware's own data: as much as there is, and there is room for. */
    public byte[] data() {
        int room = capacity() - SIZE;
        byte[] data = new byte[Math.min(room, Math.max(0, dataLength()))];
        bytes.get(SIZE, data);
        return data;
    }

    /** What every kind of IOMMU may be capable of. */
    public long capabilities() {
        return bytes.getLong(OUT_CAPABILITIES_AT);
    }
}
