// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli.demo;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jvfio.VfioException;
import org.jvfio.cli.demo.Step.Outcome;

/** Runs the steps of one job, and tells of each; after one that failed, the job is over. */
final class Steps {
    private final String backend;
    private final String device;
    private final Consumer<Step> listener;

    Steps(String backend, String device, Consumer<Step> listener) {
        this.backend = backend;
        this.device = device;
        this.listener = listener;
    }

    /**
     * Runs a job; what fails in it is told of.
     *
     * @param name for what fails between the steps, such as closing what a failed step left
     * @return whether nothing failed
     */
    boolean job(String name, Runnable job) {
        try {
            job.run();
            return true;
        } catch (Over failed) {
            for (Throwable afterwards : failed.getSuppressed()) {
                tell(name + ", cleaning up", Outcome.FAILED, reason(afterwards));
            }
            return false;
        } catch (RuntimeException failure) {
            tell(name, Outcome.FAILED, reason(failure));
            return false;
        }
    }

    /** Runs a job of one step. */
    boolean only(String name, Supplier<String> work) {
        return job(name, () -> step(name, work));
    }

    /** Runs a step, which returns what it has seen. */
    void step(String name, Supplier<String> work) {
        step(name, work, Function.identity());
    }

    /** Runs a step and returns its result. */
    <T> T step(String name, Supplier<T> work, Function<T, String> seen) {
        try {
            T result = work.get();
            tell(name, Outcome.OK, seen.apply(result));
            return result;
        } catch (RuntimeException failure) {
            tell(name, Outcome.FAILED, reason(failure));
            throw new Over(failure);
        }
    }

    /** Tells of a step that cannot be tried here. */
    void leaveOut(String name, String why) {
        tell(name, Outcome.LEFT_OUT, why);
    }

    private void tell(String name, Outcome outcome, String seen) {
        listener.accept(new Step(backend, device, name, outcome, seen));
    }

    private static String reason(Throwable failure) {
        boolean spoken = failure instanceof DemoFailure || failure instanceof VfioException;
        return spoken ? String.valueOf(failure.getMessage()) : failure.toString();
    }

    /** A step has failed, and that was told. */
    private static final class Over extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Over(RuntimeException cause) {
            super(cause);
        }
    }
}
