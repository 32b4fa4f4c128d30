// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jvfio.IovaRange;

/** What is done with ranges of unsigned addresses. */
final class Ranges {
    private static final Comparator<IovaRange> BY_FIRST =
            (a, b) -> Long.compareUnsigned(a.first(), b.first());

    private Ranges() {}

    /** What is in both ranges, which overlap. */
    static IovaRange overlap(IovaRange a, IovaRange b) {
        return new IovaRange(max(a.first(), b.first()), min(a.last(), b.last()));
    }

    /** The same addresses in as few ranges as can be, lowest first. */
    static List<IovaRange> union(List<IovaRange> ranges) {
        List<IovaRange> sorted = new ArrayList<>(ranges);
        sorted.sort(BY_FIRST);
        List<IovaRange> union = new ArrayList<>();
        for (int i = 0; i < sorted.size(); ) {
            IovaRange range = sorted.get(i);
            long last = range.last();
            for (i++; i < sorted.size() && touches(last, sorted.get(i)); i++) {
                last = max(last, sorted.get(i).last());
            }
            union.add(last == range.last() ? range : new IovaRange(range.first(), last));
        }
        return union;
    }

    /** Whether {@code next} leaves no gap to what is below it and ends at {@code last}. */
    private static boolean touches(long last, IovaRange next) {
        return last == -1 || Long.compareUnsigned(next.first(), last + 1) <= 0;
    }

    /**
     * What is in {@code ranges} and in none of {@code holes}; both sorted, neither overlapping
     * itself.
     */
    static List<IovaRange> without(List<IovaRange> ranges, List<IovaRange> holes) {
        List<IovaRange> left = new ArrayList<>();
        int hole = 0;
        for (IovaRange range : ranges) {
            long from = range.first();
            boolean more = true;
            while (hole < holes.size() && isBelow(holes.get(hole).last(), range.first())) {
                hole++;
            }
            for (int i = hole; more && i < holes.size() && holes.get(i).overlaps(range); i++) {
                IovaRange gap = holes.get(i);
                if (isBelow(from, gap.first())) {
                    left.add(new IovaRange(from, gap.first() - 1));
                }
                more = isBelow(gap.last(), range.last());
                from = gap.last() + 1;
            }
            if (more) {
                left.add(new IovaRange(from, range.last()));
            }
        }
        return left;
    }

    static boolean isBelow(long a, long b) {
        return Long.compareUnsigned(a, b) < 0;
    }

    private static long max(long a, long b) {
        return isBelow(a, b) ? b : a;
    }

    private static long min(long a, long b) {
        return isBelow(a, b) ? a : b;
    }
}
