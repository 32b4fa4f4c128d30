// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct iommu_vfio_ioas}, the argument of {@code IOMMU_VFIO_IOAS}: which address space the
 * requests of a VFIO container are about, where they are made of {@code /dev/iommu}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  size      size of this struct
 *        4     4  ioas_id   to set; the kernel answers it to a question
 *        8     2  op        get 0, set 1, clear 2
 *       10     2  reserved  0
 * </pre>
 */
public final class VfioIoas extends Struct {
    /** Bytes of the struct. */
    public static final int SIZE = 12;

    static final int SIZE_AT = 0;
    static final int IOAS_ID_AT = 4;
    static final int OP_AT = 8;

    static final int GET = 0;
    static final int SET = 1;
    static final int CLEAR = 2;

    private VfioIoas(int op, int ioas) {
        super(SIZE);
        bytes.putInt(SIZE_AT, SIZE);
        bytes.putInt(IOAS_ID_AT, ioas);
        bytes.putShort(OP_AT, (short) op);
    }

    /** A question; the kernel refuses it with {@code ENODEV} if there is none. */
    public static VfioIoas get() {
        return new VfioIoas(GET, 0);
    }

    /** A request to use this address space. */
    public static VfioIoas set(int ioas) {
        return new VfioIoas(SET, ioas);
    }

    /** A request to use none. */
    public static VfioIoas clear() {
        return new VfioIoas(CLEAR, 0);
    }

    /** The address space. */
    public int ioas() {
        return bytes.getInt(IOAS_ID_AT);
    }
}
