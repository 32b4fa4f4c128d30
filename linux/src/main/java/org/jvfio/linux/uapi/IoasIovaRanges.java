// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.util.List;
import org.jvfio.IovaRange;
import org.jvfio.linux.Struct;

/**
 * {@code struct iommu_ioas_iova_ranges}, the argument of {@code IOMMU_IOAS_IOVA_RANGES}, with the
 * array that it points to right behind it.
 *
 * <pre>
 *   offset  size  field
 *        0     4  size                size of this struct without the array
 *        4     4  ioas_id
 *        8     4  num_iovas           entries of the array; the kernel answers how many there are
 *       12     4  reserved            0
 *       16     8  allowed_iovas       address of the array
 *       24     8  out_iova_alignment  the kernel's answer
 *       32     -  {start 8, last 8} each, inclusive
 * </pre>
 *
 * <p>If the array is too short the kernel refuses with {@code EMSGSIZE} and {@link #available()} is
 * how long to make it for the next try.
 */
public final class IoasIovaRanges extends Struct {
    /** Bytes of the struct without the array. */
    public static final int SIZE = 32;

    /** Far more ranges than an address space falls into; what claims more is not a number. */
    private static final int MOST = 1 << 20;

    static final int SIZE_AT = 0;
    static final int IOAS_ID_AT = 4;
    static final int NUM_IOVAS_AT = 8;
    static final int ALLOWED_IOVAS_AT = 16;
    static final int OUT_IOVA_ALIGNMENT_AT = 24;
    static final int RANGES_AT = 32;

    private final int room;

    /** A question about the address space {@code ioas} with room for {@code room} ranges. */
    public IoasIovaRanges(int ioas, int room) {
        super(SIZE + checked(room) * IovaRanges.SIZE);
        this.room = room;
        bytes.putInt(SIZE_AT, SIZE);
        bytes.putInt(IOAS_ID_AT, ioas);
        bytes.putInt(NUM_IOVAS_AT, room);
        bytes.putLong(ALLOWED_IOVAS_AT, address() + RANGES_AT);
    }

    private static int checked(int room) {
        if (room < 0 || room > MOST) {
            throw new IllegalArgumentException("room for " + room + " ranges");
        }
        return room;
    }

    /** How many ranges there is room for. */
    public int room() {
        return room;
    }

    /** How many ranges the kernel has: more than {@link #room()} if they did not fit. */
    public int available() {
        int claimed = bytes.getInt(NUM_IOVAS_AT);
        return claimed >= 0 && claimed <= MOST ? claimed : room;
    }

    /** The device addresses that can be mapped. */
    public List<IovaRange> ranges() {
        return IovaRanges.read(bytes, RANGES_AT, Math.min(available(), room));
    }

    /** Device addresses and lengths of mappings must be multiples of this. */
    public long alignment() {
        return bytes.getLong(OUT_IOVA_ALIGNMENT_AT);
    }
}
