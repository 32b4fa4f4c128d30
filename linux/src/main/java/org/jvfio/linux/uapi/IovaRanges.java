// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jvfio.IovaRange;

/**
 * Arrays of {@code struct vfio_iova_range} and {@code struct iommu_iova_range}, which are alike.
 *
 * <pre>
 *   offset  size  field
 *        0     8  start
 *        8     8  end (vfio) or last (iommu), inclusive
 * </pre>
 */
final class IovaRanges {
    static final int SIZE = 16;
    static final int START_AT = 0;
    static final int LAST_AT = 8;

    private IovaRanges() {}

    /** The ranges of an array; what ends before it starts is no range and left out. */
    static List<IovaRange> read(ByteBuffer bytes, int at, int count) {
        List<IovaRange> ranges = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long start = bytes.getLong(at + i * SIZE + START_AT);
            long last = bytes.getLong(at + i * SIZE + LAST_AT);
            if (Long.compareUnsigned(start, last) <= 0) {
                ranges.add(new IovaRange(start, last));
            }
        }
        return List.copyOf(ranges);
    }

    static void write(ByteBuffer bytes, int at, List<IovaRange> ranges) {
        for (int i = 0; i < ranges.size(); i++) {
            bytes.putLong(at + i * SIZE + START_AT, ranges.get(i).first());
            bytes.putLong(at + i * SIZE + LAST_AT, ranges.get(i).last());
        }
    }
}
