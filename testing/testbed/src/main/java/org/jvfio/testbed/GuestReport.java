// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.jvfio.linux.LinuxHost;
import org.jvfio.testkit.contract.Holdings;

/** Tells how each test went, while they run, and counts. For one thread. */
final class GuestReport implements TestExecutionListener {
    private static final String WHOLE = "the whole";

    private final PrintStream out;
    private @Nullable TestPlan plan;
    private long started = System.nanoTime();
    private final Map<String, Counts> groups = new LinkedHashMap<>();
    private final Counts all = new Counts();

    GuestReport(PrintStream out) {
        this.out = out;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan tests) {
        plan = tests;
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        skip(group(test), name(test), reason);
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
            case FAILED -> fail(group(test), name(test), cause);
            case ABORTED ->
                    skip(group(test), name(test), cause == null ? "aborted" : cause.getMessage());
            case SUCCESSFUL -> {
                if (test.isTest()) {
                    pass(group(test), name(test));
                }
            }
        }
    }

    /** Counts as a test of its own: the whole run has left nothing. */
    void compare(Holdings before, Holdings after) {
        String name = "nothing is left of the whole run";
        if (before.equals(after)) {
            pass(WHOLE, name);
        } else {
            fail(WHOLE, name, new AssertionError("before: " + before + "; after: " + after));
        }
    }

    /** Counts as a test of its own: there were at least so many. */
    void requireAtLeast(int fewest, String where) {
        String name = "tests are there " + where;
        int count = all.passed + all.failed + all.skipped;
        if (count >= fewest) {
            pass(WHOLE, name);
        } else {
            fail(WHOLE, name, new AssertionError(count + ", fewer than " + fewest));
        }
    }

    /**
     * Prints the counts, and what this guest does not show. Answers whether something passed and
     * nothing failed.
     */
    boolean conclude(List<String> simulatedOnly) {
        out.println("On the real kernel, " + LinuxHost.real().name() + ":");
        groups.forEach((group, counts) -> out.println("  " + group + ": " + counts));
        if (!simulatedOnly.isEmpty()) {
            out.println("Not in this guest, but on the simulated kernel in each build, because:");
            simulatedOnly.forEach(subject -> out.println("  " + subject));
        }
        out.println(all);
        out.flush();
        return all.failed == 0 && all.passed > 0;
    }

    private void pass(String group, String name) {
        count(group, counts -> counts.passed++);
        out.println("ok      " + name + time());
    }

    private void fail(String group, String name, @Nullable Throwable cause) {
        count(group, counts -> counts.failed++);
        out.println("FAILED  " + name + time());
        if (cause != null) {
            cause.printStackTrace(out);
        }
    }

    private void skip(String group, String name, @Nullable String reason) {
        count(group, counts -> counts.skipped++);
        out.println("skipped " + name + ": " + reason);
    }

    /** Counts in all and in the group of tests. */
    private void count(String group, Consumer<Counts> more) {
        more.accept(all);
        more.accept(groups.computeIfAbsent(group, first -> new Counts()));
    }

    /** The outermost class of a test; of those of the testkit, that they are about the seam. */
    private String group(TestIdentifier test) {
        boolean seam =
                test.getSource()
                        .filter(MethodSource.class::isInstance)
                        .map(source -> ((MethodSource) source).getClassName())
                        .filter(type -> type.matches("org\\.jvfio\\.testkit\\.\\w+"))
                        .isPresent();
        return seam ? "seam" : names(test).getFirst();
    }

    /** How many tests ended how. */
    private static final class Counts {
        private int passed;
        private int failed;
        private int skipped;

        @Override
        public String toString() {
            return "%d passed, %d failed, %d skipped".formatted(passed, failed, skipped);
        }
    }

    private String time() {
        return " (%d ms)".formatted((System.nanoTime() - started) / 1_000_000);
    }

    private String name(TestIdentifier test) {
        return String.join(" ", names(test));
    }

    /** The names of the classes around a test and its own, without those of engines. */
    private Deque<String> names(TestIdentifier test) {
        Deque<String> names = new ArrayDeque<>();
        Optional<TestIdentifier> next = Optional.of(test);
        while (next.isPresent() && next.get().getParentId().isPresent()) {
            names.addFirst(next.get().getDisplayName().replace("()", ""));
            next = plan == null ? Optional.empty() : plan.getParent(next.get());
        }
        return names;
    }
}
