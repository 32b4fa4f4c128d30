// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToLongFunction;

/**
 * Compares ways to do the same thing by turns, in bursts so short that whatever else the machine
 * does meets all of them alike. What a way costs is the 5th percentile of its bursts.
 *
 * <p>For ratios JMH is not the tool: it measures one way after the other, minutes apart.
 */
final class Interleaved {
    private static final int CALLS_PER_BURST = 400;
    private static final int WARM_UP_ROUNDS = 3000;
    private static final int ROUNDS = 4000;
    private static final int PERCENTILE = 5;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final List<Way> ways = new ArrayList<>();

    /** Adds a way; {@code burst} does it so many times and answers in how many nanoseconds. */
    Interleaved way(String name, IntToLongFunction burst) {
        ways.add(new Way(name, burst));
        return this;
    }

    /** Measures all ways, in the order in which they were added. */
    List<Result> measure() {
        takeTurns(WARM_UP_ROUNDS);
        takeTurns(ROUNDS); // Writes over what the warm-up measured.
        return ways.stream().map(Way::result).toList();
    }

    private void takeTurns(int rounds) {
        for (int round = 0; round < rounds; round++) {
            for (Way way : ways) {
                way.measure(threads, round);
            }
        }
    }

    /**
     * What a way costs.
     *
     * @param name the way
     * @param nanoseconds per call
     * @param allocated bytes on the heap per call
     */
    record Result(String name, double nanoseconds, double allocated) {}

    private static final class Way {
        private final String name;
        private final IntToLongFunction burst;
        private final long[] nanoseconds = new long[ROUNDS];
        private final long[] allocated = new long[ROUNDS];

        Way(String name, IntToLongFunction burst) {
            this.name = name;
            this.burst = burst;
        }

        void measure(ThreadMXBean threads, int round) {
            long thread = Thread.currentThread().getId();
            long before = threads.getThreadAllocatedBytes(thread);
            nanoseconds[round] = burst.applyAsLong(CALLS_PER_BURST);
            allocated[round] = threads.getThreadAllocatedBytes(thread) - before;
        }

        Result result() {
            long[] sorted = nanoseconds.clone();
            Arrays.sort(sorted);
            long low = sorted[ROUNDS * PERCENTILE / 100];
            long bytes = Arrays.stream(allocated).sum();
            double calls = (double) ROUNDS * CALLS_PER_BURST;
            return new Result(name, (double) low / CALLS_PER_BURST, bytes / calls);
        }
    }
}
