// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernelBuilder;

/**
 * Whatever comes between a device's write and the question, in whatever order: no dirty page is
 * lost; and where the page tables tell, none is told that was not written.
 */
final class DirtyPropertyTest {
    private static final int STEPS = 2_000;
    private static final String EDU = GuestBench.EDU.name();
    private static final String OTHER_EDU = GuestBench.OTHER_EDU.name();

    private static int runs;
    private static long told;

    /** A machine, and which backends its devices go through. */
    private enum World {
        /** Type 1 notes it. */
        CONTAINER,
        /** Page tables of iommufd do. */
        PAGE_TABLES,
        /** Each device does. */
        DEVICES,
        /** One of both devices does, or the page tables. */
        ONE_DEVICE,
        /** Nobody does, or type 1. */
        NOBODY;

        List<String> backends() {
            return switch (this) {
                case CONTAINER -> List.of(GuestBench.LEGACY);
                case PAGE_TABLES -> List.of(GuestBench.IOMMUFD);
                default -> List.of(GuestBench.IOMMUFD, GuestBench.LEGACY);
            };
        }

        SimKernelBuilder machine() {
            SimKernelBuilder usual = SimHostProvider.machine();
            return switch (this) {
                case PAGE_TABLES -> usual.withDirtyTracking();
                case DEVICES -> usual.withDmaLogging(EDU, OTHER_EDU);
                case ONE_DEVICE -> usual.withDirtyTracking().withDmaLogging(EDU);
                default -> usual;
            };
        }
    }

    static Stream<Arguments> runs() {
        return Stream.of(World.values())
                .flatMap(world -> Seeds.all().stream().map(seed -> Arguments.of(world, seed)));
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("runs")
    void noDirtyPageIsLost(World world, long seed) {
        boolean exact = world == World.PAGE_TABLES;
        RandomWrites writes = new RandomWrites(world.machine(), world.backends(), exact, seed);
        try {
            for (int i = 0; i < STEPS; i++) {
                writes.step();
            }
            writes.close();
        } catch (RuntimeException | AssertionError wrong) {
            throw new AssertionError(
                    "%s: %s; %s%n%s"
                            .formatted(world, wrong, Seeds.replay(seed), writes.lastSteps()),
                    wrong);
        }
        runs++;
        told += writes.told();
    }

    @AfterAll
    static void tell() {
        System.out.printf(
                "dirty page properties: %,d written pages found again in %d runs%n", told, runs);
    }
}
