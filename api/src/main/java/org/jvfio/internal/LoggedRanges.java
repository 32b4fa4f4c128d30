// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.List;
import org.jvfio.IovaRange;

/**
 * The few ranges that a device is told to log, which cover everything that is mapped.
 *
 * <p>A device logs as much as it has room for, so what lies between distant mappings is left out;
 * and few ranges, so that they can be told in one request and are not joined in the kernel.
 */
final class LoggedRanges {
    /** Low memory, high memory, and what devices map. */
    static final int MOST = 3;

    private LoggedRanges() {}

    /** At most {@link #MOST} ranges around mappings, with the widest gaps between them left out. */
    static List<IovaRange> covering(MappingTable mapped) {
        List<IovaRange> ranges = new ArrayList<>();
        mapped.visit(
                0,
                -1,
                (first, last, vaddr) -> {
                    ranges.add(new IovaRange(first, last));
                    if (ranges.size() > MOST) {
                        closeNarrowestGap(ranges);
                    }
                    return true;
                });
        return List.copyOf(ranges);
    }

    private static void closeNarrowestGap(List<IovaRange> ranges) {
        int narrowest = 0;
        for (int i = 1; i + 1 < ranges.size(); i++) {
            if (Long.compareUnsigned(gapAfter(ranges, i), gapAfter(ranges, narrowest)) < 0) {
                narrowest = i;
            }
        }
        IovaRange above = ranges.remove(narrowest + 1);
        ranges.set(narrowest, new IovaRange(ranges.get(narrowest).first(), above.last()));
    }

    private static long gapAfter(List<IovaRange> ranges, int index) {
        return ranges.get(index + 1).first() - ranges.get(index).last();
    }
}
