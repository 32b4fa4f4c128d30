// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** A way in Java, which has to be compiled before it is measured. */
abstract class JavaMapWay extends MapWay {
    /** Enough for C2, with {@code -Xbatch}. */
    private static final int WARM_UP = 20_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    abstract void map(MapTarget target);

    abstract void unmap(MapTarget target);

    @Override
    final void measure(MapTarget target, int round) {
        long start = System.nanoTime();
        map(target);
        long middle = System.nanoTime();
        unmap(target);
        long end = System.nanoTime();
        note(round, middle - start, end - middle);
    }

    final void warmUp(MapTarget target) {
        for (int i = 0; i < WARM_UP; i++) {
            measure(target, i % ROUNDS);
        }
    }

    /** Bytes on the heap for a map and an unmap. */
    final double allocated(MapTarget target) {
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < ROUNDS; i++) {
            map(target);
            unmap(target);
        }
        return (double) (threads.getThreadAllocatedBytes(thread) - before) / ROUNDS;
    }
}
