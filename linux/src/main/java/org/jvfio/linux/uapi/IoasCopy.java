// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct iommu_ioas_copy}, the argument of {@code IOMMU_IOAS_COPY}: maps what is mapped
 * already once more, in the same address space or another, without pinning it twice.
 *
 * <pre>
 *   offset  size  field
 *        0     4  size         size of this struct
 *        4     4  flags        those of {@link IoasMap}
 *        8     4  dst_ioas_id
 *       12     4  src_ioas_id
 *       16     8  length       bytes
 *       24     8  dst_iova     without {@link IoasMap#FIXED_IOVA} the kernel answers it
 *       32     8  src_iova
 * </pre>
 */
public final class IoasCopy extends Struct {
    /** Bytes of the struct. */
    public static final int SIZE = 40;

    static final int SIZE_AT = 0;
    static final int FLAGS_AT = 4;
    static final int DST_IOAS_ID_AT = 8;
    static final int SRC_IOAS_ID_AT = 12;
    static final int LENGTH_AT = 16;
    static final int DST_IOVA_AT = 24;
    static final int SRC_IOVA_AT = 32;

    /** A copy of nothing yet. */
    public IoasCopy() {
        super(SIZE);
        bytes.putInt(SIZE_AT, SIZE);
    }

    /** Says what to copy. */
    public IoasCopy from(int ioas, long iova, long length) {
        bytes.putInt(SRC_IOAS_ID_AT, ioas);
        bytes.putLong(SRC_IOVA_AT, iova);
        bytes.putLong(LENGTH_AT, length);
        return this;
    }

    /** Says where to, and with which {@link IoasMap#flags}. */
    public IoasCopy to(int ioas, long iova, int flags) {
        bytes.putInt(DST_IOAS_ID_AT, ioas);
        bytes.putLong(DST_IOVA_AT, iova);
        bytes.putInt(FLAGS_AT, flags);
        return this;
    }

    /** Where the copy is: asked for, or after the request chosen by the kernel. */
    public long iova() {
        return bytes.getLong(DST_IOVA_AT);
    }
}
