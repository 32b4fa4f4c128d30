// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.List;
import org.jvfio.IovaRange;

/** Sorted lists of ranges that do not overlap: what IOMMUs translate. */
final class Apertures {
    private Apertures() {}

    /** What is in both lists. */
    static List<IovaRange> intersect(List<IovaRange> a, List<IovaRange> b) {
        List<IovaRange> both = new ArrayList<>();
        for (IovaRange left : a) {
            for (IovaRange right : b) {
                if (left.overlaps(right)) {
                    both.add(overlap(left, right));
                }
            }
        }
        return List.copyOf(both);
    }

    /** Whether one of the ranges holds all of {@code range}. Allocates nothing. */
    static boolean contain(List<IovaRange> apertures, IovaRange range) {
        for (int i = 0; i < apertures.size(); i++) {
            if (apertures.get(i).contains(range)) {
                return true;
            }
        }
        return false;
    }

    private static IovaRange overlap(IovaRange a, IovaRange b) {
        return new IovaRange(
                Long.compareUnsigned(a.first(), b.first()) >= 0 ? a.first() : b.first(),
                Long.compareUnsigned(a.last(), b.last()) <= 0 ? a.last() : b.last());
    }
}
