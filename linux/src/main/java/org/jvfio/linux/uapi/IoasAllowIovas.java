// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.util.List;
import org.jvfio.IovaRange;
import org.jvfio.linux.Struct;

/**
 * {@code struct iommu_ioas_allow_iovas}, the argument of {@code IOMMU_IOAS_ALLOW_IOVAS}, with the
 * array that it points to right behind it: device addresses that stay usable, whichever devices
 * join, and that the kernel chooses from.
 *
 * <pre>
 *   offset  size  field
 *        0     4  size           size of this struct without the array
 *        4     4  ioas_id
 *        8     4  num_iovas      entries of the array; 0 allows everything again
 *       12     4  reserved       0
 *       16     8  allowed_iovas  address of the array
 *       24     -  {start 8, last 8} each, inclusive
 * </pre>
 */
public final class IoasAllowIovas extends Struct {
    /** Bytes of the struct without the array. */
    public static final int SIZE = 24;

    static final int SIZE_AT = 0;
    static final int IOAS_ID_AT = 4;
    static final int NUM_IOVAS_AT = 8;
    static final int ALLOWED_IOVAS_AT = 16;

    /** A request for these ranges, which must not overlap. */
    public IoasAllowIovas(int ioas, List<IovaRange> ranges) {
        super(SIZE + ranges.size() * IovaRanges.SIZE);
        bytes.putInt(SIZE_AT, SIZE);
        bytes.putInt(IOAS_ID_AT, ioas);
        bytes.putInt(NUM_IOVAS_AT, ranges.size());
        bytes.putLong(ALLOWED_IOVAS_AT, address() + SIZE);
        IovaRanges.write(bytes, SIZE, ranges);
    }
}
