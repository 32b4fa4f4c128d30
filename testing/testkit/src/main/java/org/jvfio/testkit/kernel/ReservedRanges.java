// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import org.jvfio.IovaRange;

/** I/O virtual addresses that cannot be mapped, and on whose account. */
final class ReservedRanges {
    private record Reservation(Object owner, IovaRange range) {}

    private final List<Reservation> reservations = new ArrayList<>();

    void add(Object owner, IovaRange range) {
        reservations.add(new Reservation(owner, range));
    }

    /** Ends what is reserved on somebody's account. */
    void release(Object owner) {
        reservations.removeIf(reservation -> reservation.owner() == owner);
    }

    boolean overlap(IovaRange range) {
        for (Reservation reservation : reservations) {
            if (reservation.range().overlaps(range)) {
                return true;
            }
        }
        return false;
    }

    /** What is not reserved, lowest first. */
    List<IovaRange> free() {
        List<IovaRange> sorted =
                reservations.stream()
                        .map(Reservation::range)
                        .sorted((a, b) -> Long.compareUnsigned(a.first(), b.first()))
                        .toList();
        List<IovaRange> free = new ArrayList<>();
        long next = 0;
        for (IovaRange range : sorted) {
            if (Long.compareUnsigned(next, range.first()) < 0) {
                free.add(new IovaRange(next, range.first() - 1));
            }
            if (range.last() == -1) {
                return free;
            }
            if (Long.compareUnsigned(next, range.last()) <= 0) {
                next = range.last() + 1;
            }
        }
        free.add(new IovaRange(next, -1));
        return free;
    }
}
