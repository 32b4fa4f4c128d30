// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every call of every operation is refused in turn, on the simulated kernel. */
@Timeout(300)
final class FailureSweepTest {
    private static int points;
    private static int operations;
    private static int unexpected;

    static Stream<Arguments> sweeps() {
        return SweptOperations.all().stream()
                .flatMap(
                        operation ->
                                Stream.of("legacy", SweepWorld.COMPATIBLE, "iommufd")
                                        .map(backend -> Arguments.of(operation, backend)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("sweeps")
    void refusedCallLeavesNothingBehind(SweptOperation operation, String backend) {
        long start = System.nanoTime();
        try (FailureSweep sweep = new FailureSweep(operation, backend)) {
            sweep.run();
            System.out.printf(
                    "failure sweep: %s, %s: %,d points, %d unexpected, %d ms%n",
                    operation,
                    backend,
                    sweep.points(),
                    sweep.unexpected().size(),
                    (System.nanoTime() - start) / 1_000_000);
            points += sweep.points();
            operations++;
            unexpected += sweep.unexpected().size();
            assertTrue(sweep.unexpected().isEmpty(), () -> String.join("\n", sweep.unexpected()));
        }
    }

    @AfterAll
    static void tell() {
        System.out.printf(
                "failure sweep: %,d points in %d operations, %d unexpected%n",
                points, operations, unexpected);
    }
}
