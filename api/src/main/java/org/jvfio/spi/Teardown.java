// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import org.jspecify.annotations.Nullable;

/**
 * A teardown that goes on when a step fails: each step is run, the first failure is kept, and later
 * ones are added to it as suppressed.
 *
 * <p><b>Threads.</b> For one thread.
 */
public final class Teardown {
    private @Nullable RuntimeException first;

    /** A teardown in which nothing has failed yet. */
    public Teardown() {}

    /** Runs a step, and keeps its failure. */
    public void step(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException failure) {
            if (first == null) {
                first = failure;
            } else if (failure != first) {
                first.addSuppressed(failure);
            }
        }
    }

    /** Throws the first failure, if there was one. */
    public void finish() {
        if (first != null) {
            throw first;
        }
    }

    /**
     * Runs {@code step} because of {@code cause}, adds its failure to it, and returns the cause.
     */
    public static <E extends Exception> E after(E cause, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException failure) {
            cause.addSuppressed(failure);
        }
        return cause;
    }
}
