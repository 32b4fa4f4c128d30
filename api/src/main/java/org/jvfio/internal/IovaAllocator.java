// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.jvfio.IovaRange;

/**
 * Chooses where a buffer goes: the next free place after the last choice, then from the start.
 *
 * <p>Low addresses come first, because some devices have few address bits. The lowest {@value
 * #UNUSED} bytes are left out, so that a device that was given a null address faults.
 *
 * <p><b>Threads.</b> Not safe: the address space's lock guards it.
 */
final class IovaAllocator {
    private static final long UNUSED = 0x10000;

    private long next = UNUSED;

    /** Something that knows which addresses are in use. */
    @FunctionalInterface
    interface Taken {
        /** What is in use of a range: a part of it, or something that reaches into it. */
        @Nullable IovaRange in(IovaRange range);
    }

    /**
     * A free range, or empty if there is none. Until it is {@link #taken}, it is found again.
     *
     * @param length a multiple of {@code alignment}
     * @param alignment a power of two
     */
    Optional<IovaRange> find(
            Taken taken, List<IovaRange> apertures, IovaRange within, long length, long alignment) {
        Optional<IovaRange> found = search(taken, apertures, within, next, length, alignment);
        if (found.isEmpty()) {
            found = search(taken, apertures, within, UNUSED, length, alignment);
        }
        return found;
    }

    /** Says that {@code range} is in use, so that the next search goes on behind it. */
    void taken(IovaRange range) {
        // Beyond the last address it starts over, and the lowest stay left out.
        next = max(range.last() + 1, UNUSED);
    }

    private static Optional<IovaRange> search(
            Taken taken,
            List<IovaRange> apertures,
            IovaRange within,
            long from,
            long length,
            long alignment) {
        for (IovaRange aperture : apertures) {
            long first = max(max(aperture.first(), within.first()), from);
            long last = min(aperture.last(), within.last());
            IovaRange found = searchRun(taken, first, last, length, alignment);
            if (found != null) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    private static @Nullable IovaRange searchRun(
            Taken taken, long first, long last, long length, long alignment) {
        long candidate = first;
        while (true) {
            long aligned = (candidate + alignment - 1) & -alignment;
            long end = aligned + length - 1;
            boolean wrapped =
                    Long.compareUnsigned(aligned, candidate) < 0
                            || Long.compareUnsigned(end, aligned) < 0;
            if (wrapped || Long.compareUnsigned(end, last) > 0) {
                return null;
            }
            IovaRange range = new IovaRange(aligned, end);
            IovaRange obstacle = taken.in(range);
            if (obstacle == null) {
                return range;
            }
            candidate = obstacle.last() + 1;
            if (candidate == 0) {
                return null;
            }
        }
    }

    private static long max(long a, long b) {
        return Long.compareUnsigned(a, b) >= 0 ? a : b;
    }

    private static long min(long a, long b) {
        return Long.compareUnsigned(a, b) <= 0 ? a : b;
    }
}
