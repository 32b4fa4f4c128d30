// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct vfio_iommu_spapr_tce_remove}, the argument of {@code VFIO_IOMMU_SPAPR_TCE_REMOVE}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz       size of this struct
 *        4     4  flags       0
 *        8     8  start_addr  where the window begins
 * </pre>
 */
public final class SpaprTceRemove extends Struct {
    /** Bytes of the struct. */
    public static final int SIZE = 16;

    static final int ARGSZ_AT = 0;
    static final int FLAGS_AT = 4;
    static final int START_ADDR_AT = 8;

    /** A request to remove the window that begins at {@code start}. */
    public SpaprTceRemove(long start) {
        super(SIZE);
        bytes.putInt(ARGSZ_AT, SIZE);
        bytes.putLong(START_ADDR_AT, start);
    }
}
