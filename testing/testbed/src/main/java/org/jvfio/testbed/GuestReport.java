// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.jvfio.testkit.contract.Holdings;

/** Tells how each test went, while they run, and counts. For one thread. */
final class GuestReport implements TestExecutionListener {
    private final PrintStream out;
    private @Nullable TestPlan plan;
    private long started = System.nanoTime();
    private int passed;
    private int failed;
    private int skipped;

    GuestReport(PrintStream out) {
        this.out = out;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan tests) {
        plan = tests;
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        skip(name(test), reason);
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        if (test.isTest()) {
            started = System.nanoTime();
        }
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        Throwable cause = result.getThrowable().orElse(null);
        switch (result.getStatus()) {
            case FAILED -> fail(name(test), cause);
            case ABORTED -> skip(name(test), cause == null ? "aborted" : cause.getMessage());
            case SUCCESSFUL -> {
                if (test.isTest()) {
                    pass(name(test));
                }
            }
        }
    }

    /** Counts as a test of its own: the whole run has left nothing. */
    void compare(Holdings before, Holdings after) {
        String name = "nothing is left of the whole run";
        if (before.equals(after)) {
            pass(name);
        } else {
            fail(name, new AssertionError("before: " + before + "; after: " + after));
        }
    }

    /** Counts as a test of its own: a whole run has at least so many. */
    void requireAtLeast(int fewest) {
        String name = "the run is whole";
        int count = passed + failed + skipped;
        if (count >= fewest) {
            pass(name);
        } else {
            fail(name, new AssertionError(count + " tests, fewer than " + fewest));
        }
    }

    /** Prints the counts. Answers whether something passed and nothing failed. */
    boolean conclude() {
        out.printf("%d passed, %d failed, %d skipped%n", passed, failed, skipped);
        out.flush();
        return failed == 0 && passed > 0;
    }

    private void pass(String name) {
        passed++;
        out.println("ok      " + name + time());
    }

    private void fail(String name, @Nullable Throwable cause) {
        failed++;
        out.println("FAILED  " + name + time());
        if (cause != null) {
            cause.printStackTrace(out);
        }
    }

    private void skip(String name, @Nullable String reason) {
        skipped++;
        out.println("skipped " + name + ": " + reason);
    }

    private String time() {
        return " (%d ms)".formatted((System.nanoTime() - started) / 1_000_000);
    }

    /** The names of the classes around a test and its own, without those of engines. */
    private String name(TestIdentifier test) {
        Deque<String> names = new ArrayDeque<>();
        Optional<TestIdentifier> next = Optional.of(test);
        while (next.isPresent() && next.get().getParentId().isPresent()) {
            names.addFirst(next.get().getDisplayName().replace("()", ""));
            next = plan == null ? Optional.empty() : plan.getParent(next.get());
        }
        return String.join(" ", names);
    }
}
