// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Counts the contract suites on the simulated kernel, and tells when all have run what was skipped
 * and why, as the guest's report does.
 */
final class ContractReport implements BeforeAllCallback, AfterAllCallback, TestWatcher {
    private static final ExtensionContext.Namespace OURS =
            ExtensionContext.Namespace.create(ContractReport.class);
    private static final double NANOS_PER_SECOND = 1e9;

    @Override
    public void beforeAll(ExtensionContext suites) {
        if (isOutermost(suites)) {
            counts(suites).nanos.addAndGet(-System.nanoTime());
        }
    }

    @Override
    public void afterAll(ExtensionContext suites) {
        if (isOutermost(suites)) {
            counts(suites).nanos.addAndGet(System.nanoTime());
        }
    }

    private static boolean isOutermost(ExtensionContext suites) {
        return suites.getRequiredTestClass().getEnclosingClass() == null
                && suites.getEnclosingTestClasses().isEmpty();
    }

    @Override
    public void testSuccessful(ExtensionContext test) {
        counts(test).passed.incrementAndGet();
    }

    @Override
    public void testFailed(ExtensionContext test, Throwable cause) {
        counts(test).failed.incrementAndGet();
    }

    @Override
    public void testAborted(ExtensionContext test, Throwable cause) {
        counts(test).skip(test, String.valueOf(cause.getMessage()));
    }

    @Override
    public void testDisabled(ExtensionContext test, Optional<String> reason) {
        counts(test).skip(test, reason.orElse("disabled"));
    }

    private static Counts counts(ExtensionContext context) {
        return context.getRoot()
                .getStore(OURS)
                .getOrComputeIfAbsent(Counts.class, key -> new Counts(System.out), Counts.class);
    }

    /** The counts of all backends. They are told when JUnit closes them. */
    private static final class Counts implements AutoCloseable {
        private final PrintStream out;
        final AtomicInteger passed = new AtomicInteger();
        final AtomicInteger failed = new AtomicInteger();
        final AtomicLong nanos = new AtomicLong();
        private final AtomicInteger skipped = new AtomicInteger();

        Counts(PrintStream out) {
            this.out = out;
        }

        void skip(ExtensionContext test, String reason) {
            skipped.incrementAndGet();
            out.println("skipped " + name(test) + ": " + reason);
        }

        private static String name(ExtensionContext test) {
            String name = test.getDisplayName().replace("()", "");
            return test.getParent()
                    .filter(parent -> parent.getTestClass().isPresent())
                    .map(parent -> name(parent) + " " + name)
                    .orElse(name);
        }

        @Override
        public void close() {
            out.printf(
                    "contract suites on the simulated kernel: %d passed, %d failed, %d skipped in"
                            + " %.1f s%n",
                    passed.get(), failed.get(), skipped.get(), nanos.get() / NANOS_PER_SECOND);
        }
    }
}
