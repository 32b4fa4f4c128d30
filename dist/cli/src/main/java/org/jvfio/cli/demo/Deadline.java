// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli.demo;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a device, but not for ever: emulated ones on busy machines are slow. */
final class Deadline {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(1);

    private Deadline() {}

    /** Waits until somebody releases {@code event}. */
    static void await(Semaphore event, String what) {
        try {
            DemoFailure.unless(
                    event.tryAcquire(LIMIT.toNanos(), TimeUnit.NANOSECONDS), tooLate(what));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new DemoFailure("interrupted while waiting for " + what);
        }
    }

    /** Asks again and again until {@code condition} holds. */
    static void await(BooleanSupplier condition, String what) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            DemoFailure.unless(System.nanoTime() - began < LIMIT.toNanos(), tooLate(what));
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static String tooLate(String what) {
        return what + " did not come within " + LIMIT.toSeconds() + " s";
    }
}
