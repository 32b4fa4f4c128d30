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
                    both.add(Ranges.overlap(left, right));
                }
            }
        }
        return List.copyOf(both);
    }

    /** How many bits the highest address has. */
    static int addressBits(List<IovaRange> apertures) {
        return apertures.isEmpty()
                ? Long.SIZE
                : Long.SIZE - Long.numberOfLeadingZeros(apertures.get(apertures.size() - 1).last());
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
}
