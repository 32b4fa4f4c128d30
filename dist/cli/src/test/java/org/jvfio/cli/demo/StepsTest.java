// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.jvfio.cli.demo.Step.Outcome;

final class StepsTest {
    private final List<Step> told = new ArrayList<>();
    private final Steps steps = new Steps("legacy", "0000:00:05.0", told::add);

    @Test
    void aStepThatFailsEndsTheJobAndIsToldWithItsReason() {
        boolean passed =
                steps.job(
                        "job",
                        () -> {
                            steps.step("first", () -> "seen");
                            steps.step("second", StepsTest::fail);
                            steps.step("third", () -> "never seen");
                        });

        assertThat(passed).isFalse();
        assertThat(told)
                .containsExactly(
                        step("first", Outcome.OK, "seen"),
                        step("second", Outcome.FAILED, "not so"));
    }

    @Test
    void whatFailsWhileCleaningUpIsToldToo() {
        boolean passed =
                steps.job(
                        "job",
                        () -> {
                            try (Stuck stuck = new Stuck()) {
                                steps.step("first", StepsTest::fail);
                            }
                        });

        assertThat(passed).isFalse();
        assertThat(told).extracting(Step::name).containsExactly("first", "job, cleaning up");
    }

    @Test
    void whatFailsBetweenStepsIsToldAsTheJobs() {
        boolean passed =
                steps.job(
                        "job",
                        () -> {
                            throw new IllegalStateException("broken");
                        });

        assertThat(passed).isFalse();
        assertThat(told)
                .containsExactly(
                        step("job", Outcome.FAILED, "java.lang.IllegalStateException: broken"));
    }

    private static String fail() {
        throw new DemoFailure("not so");
    }

    private static Step step(String name, Outcome outcome, String seen) {
        return new Step("legacy", "0000:00:05.0", name, outcome, seen);
    }

    private static final class Stuck implements AutoCloseable {
        @Override
        public void close() {
            throw new IllegalStateException("stuck");
        }
    }
}
