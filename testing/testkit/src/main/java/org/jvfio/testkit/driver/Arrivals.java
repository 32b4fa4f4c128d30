// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.driver;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.jvfio.device.InterruptListener;

/**
 * What interrupts have brought, in order: their vectors, or what the listener read from the device.
 *
 * <p><b>Threads.</b> Safe for use by several threads: listeners add, tests wait.
 */
public final class Arrivals implements InterruptListener {
    /** Generous, because an emulated machine on a busy host stands still for seconds. */
    private static final long DEADLINE_SECONDS = 30;

    private final BlockingQueue<Integer> values = new LinkedBlockingQueue<>();

    /** Nothing has arrived yet. */
    public Arrivals() {}

    /** Adds the vector. */
    @Override
    public void interrupted(int vector) {
        add(vector);
    }

    /** Adds a value. */
    public void add(int value) {
        values.add(value);
    }

    /**
     * Takes the next value, and waits for it.
     *
     * @throws IllegalStateException if none arrives within half a minute
     */
    public int next() {
        @Nullable Integer value;
        try {
            value = values.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", interrupted);
        }
        if (value == null) {
            throw new IllegalStateException("no interrupt within " + DEADLINE_SECONDS + " seconds");
        }
        return value;
    }

    /** How many have arrived that nobody has taken. */
    public int waiting() {
        return values.size();
    }
}
