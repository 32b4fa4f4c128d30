// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct vfio_iommu_spapr_register_memory}, the argument of {@code
 * VFIO_IOMMU_SPAPR_REGISTER_MEMORY} and {@code VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz   size of this struct
 *        4     4  flags   0
 *        8     8  vaddr   process address
 *       16     8  size    bytes
 * </pre>
 *
 * <p>Made once and set again for each request.
 */
public final class SpaprRegisterMemory extends Struct {
    /** Bytes of the struct. */
    public static final int SIZE = 24;

    static final int ARGSZ_AT = 0;
    static final int FLAGS_AT = 4;
    static final int VADDR_AT = 8;
    static final int SIZE_AT = 16;

    /** No memory yet. */
    public SpaprRegisterMemory() {
        super(SIZE);
        bytes.putInt(ARGSZ_AT, SIZE);
    }

    /** Says which memory. */
    public SpaprRegisterMemory set(long vaddr, long size) {
        bytes.putLong(VADDR_AT, vaddr);
        bytes.putLong(SIZE_AT, size);
        return this;
    }
}
