// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import java.util.Arrays;

/** A way to map and unmap a range, and what each call took. */
abstract class MapWay {
    /** How often each way is measured. */
    static final int ROUNDS = 1000;

    private final long[] mapped = new long[ROUNDS];
    private final long[] unmapped = new long[ROUNDS];

    /**
     * Medians in nanoseconds, each with one reading of the clock in it; where the guest's clock
     * counts, a nanosecond is an instruction.
     *
     * @param map for a map
     * @param unmap for an unmap
     */
    record Cost(long map, long unmap) {
        /** How many times as much a map and an unmap cost as the other's. */
        double ratio(Cost other) {
            return (double) (map + unmap) / (other.map + other.unmap);
        }

        @Override
        public String toString() {
            return map + " / " + unmap;
        }
    }

    /** Maps and unmaps once, and notes what each call took. */
    abstract void measure(MapTarget target, int round);

    final void note(int round, long map, long unmap) {
        mapped[round] = map;
        unmapped[round] = unmap;
    }

    final Cost cost() {
        return new Cost(median(mapped), median(unmapped));
    }

    private static long median(long[] samples) {
        long[] sorted = samples.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
