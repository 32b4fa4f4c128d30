// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct iommu_destroy}, the argument of {@code IOMMU_DESTROY}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  size  size of this struct
 *        4     4  id    an object of this file: an IOAS, a page table
 * </pre>
 */
public final class IommuDestroy extends Struct {
    /** Bytes of the struct. */
    public static final int SIZE = 8;

    static final int SIZE_AT = 0;
    static final int ID_AT = 4;

    /** A request to destroy the object {@code id}. */
    public IommuDestroy(int id) {
        super(SIZE);
        bytes.putInt(SIZE_AT, SIZE);
        bytes.putInt(ID_AT, id);
    }

    /** The object. */
    public int id() {
        return bytes.getInt(ID_AT);
    }
}
