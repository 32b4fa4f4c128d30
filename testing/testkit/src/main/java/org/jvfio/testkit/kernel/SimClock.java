// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Comparator;
import java.util.PriorityQueue;

/** What time it is for the machine, and what is to happen later. */
final class SimClock {
    private record Task(long at, long number, Runnable work) {}

    private final boolean manual;
    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparing(Task::number));
    private long manualNanos;
    private long numbers;

    SimClock(boolean manual) {
        this.manual = manual;
    }

    boolean isManual() {
        return manual;
    }

    /** Nanoseconds since a time that means nothing. */
    long now() {
        return manual ? manualNanos : System.nanoTime();
    }

    /** Whether nothing is to happen later. */
    boolean isIdle() {
        return tasks.isEmpty();
    }

    void after(long nanos, Runnable work) {
        tasks.add(new Task(now() + nanos, numbers++, work));
    }

    /** Does what is due. */
    void runDue() {
        while (!tasks.isEmpty() && tasks.element().at() - now() <= 0) {
            tasks.remove().work().run();
        }
    }

    /** Lets time pass; what happens meanwhile happens at its time. */
    void advance(long nanos) {
        long end = manualNanos + nanos;
        while (!tasks.isEmpty() && tasks.element().at() <= end) {
            Task next = tasks.remove();
            manualNanos = Math.max(manualNanos, next.at());
            next.work().run();
        }
        manualNanos = end;
    }

    /** How long a wait until {@code deadline} can be before it is time to look again. */
    long pause(long deadline) {
        if (manual) {
            return Long.MAX_VALUE;
        }
        long now = now();
        long left = deadline - now;
        return tasks.isEmpty() ? left : Math.max(1, Math.min(left, tasks.element().at() - now));
    }
}
