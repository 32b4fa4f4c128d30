// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct iommu_ioas_alloc}, the argument of {@code IOMMU_IOAS_ALLOC}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  size         size of this struct
 *        4     4  flags        0
 *        8     4  out_ioas_id  the kernel's answer
 * </pre>
 */
public final class IoasAlloc extends Struct {
    /** Bytes of the struct. */
    public static final int SIZE = 12;

    static final int SIZE_AT = 0;
    static final int FLAGS_AT = 4;
    static final int OUT_IOAS_ID_AT = 8;

    /** A request for a new address space. */
    public IoasAlloc() {
        super(SIZE);
        bytes.putInt(SIZE_AT, SIZE);
    }

    /** The id of the new address space. */
    public int ioas() {
        return bytes.getInt(OUT_IOAS_ID_AT);
    }
}
