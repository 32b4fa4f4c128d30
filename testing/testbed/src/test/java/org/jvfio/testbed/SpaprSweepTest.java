// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.jvfio.testbed.SweptOperation.atomic;
import static org.jvfio.testbed.SweptOperation.releases;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvfio.DmaWindowSet;
import org.jvfio.IovaRange;
import org.jvfio.device.Eeh;

/** Every call of every operation on POWER's IOMMU is refused in turn, on the simulated kernel. */
@Timeout(300)
final class SpaprSweepTest {
    private static final String BACKEND = "spapr";
    private static final long WINDOW_BYTES = 1L << 31;
    private static final int PAGE_SHIFT = 12;
    private static final int FIRST_PAGE = 9;
    private static final IovaRange HIGH = new IovaRange(1L << 32, -1);

    static Stream<SweptOperation> operations() {
        Consumer<SweepWorld> one = world -> world.attach(SweepWorld.EDU);
        // The first window's table is made with the first mapping, and stays.
        Consumer<SweepWorld> two =
                one.andThen(world -> world.attach(SweepWorld.OTHER_EDU))
                        .andThen(world -> world.map(FIRST_PAGE));
        return Stream.of(
                atomic("attach on POWER", world -> {}, one),
                atomic("attach on POWER with mappings", SpaprSweepTest::mapTwo, one),
                atomic(
                        "attach on POWER beside another",
                        one.andThen(world -> world.map(FIRST_PAGE))
                                .andThen(SpaprSweepTest::addWindow),
                        world -> world.attach(SweepWorld.OTHER_EDU)),
                atomic(
                        "attach a second device of a group",
                        world -> world.attach(SweepWorld.ONE),
                        world -> world.attach(SweepWorld.TWO)),
                atomic("map", two, world -> world.map(0)),
                atomic(
                        "unmap",
                        two.andThen(SpaprSweepTest::mapTwo),
                        world -> world.space().unmap(SweepWorld.range(1))),
                atomic(
                        "unmap all",
                        two.andThen(SpaprSweepTest::mapTwo),
                        world -> world.space().unmapAll()),
                atomic("allocate", two, SweepWorld::allocate),
                atomic("allocate in a new window", two, SpaprSweepTest::allocateHigh),
                atomic("create window", two, SpaprSweepTest::addWindow),
                atomic(
                        "remove window",
                        two.andThen(SpaprSweepTest::addWindow),
                        SpaprSweepTest::removeLast),
                atomic("register", two, SpaprSweepTest::register),
                releases(
                        "close buffer",
                        one.andThen(SweepWorld::allocate),
                        world -> world.buffer().close()),
                atomic("error handling", one, SpaprSweepTest::reset));
    }

    private static void mapTwo(SweepWorld world) {
        world.map(0);
        world.map(1);
    }

    private static DmaWindowSet windows(SweepWorld world) {
        return world.space().windows().orElseThrow();
    }

    private static void addWindow(SweepWorld world) {
        windows(world).create(WINDOW_BYTES, PAGE_SHIFT);
    }

    private static void removeLast(SweepWorld world) {
        windows(world).remove(windows(world).all().get(1));
    }

    private static void allocateHigh(SweepWorld world) {
        world.space().allocate(SweepWorld.PAGE, HIGH);
    }

    private static void register(SweepWorld world) {
        world.space().register(world.memory().address(), 2 * SweepWorld.PAGE);
    }

    private static void reset(SweepWorld world) {
        world.device().eeh().orElseThrow().reset(Eeh.Reset.HOT);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("operations")
    void refusedCallLeavesNothingBehind(SweptOperation operation) {
        try (FailureSweep sweep = new FailureSweep(operation, BACKEND)) {
            sweep.run();
            System.out.printf(
                    "failure sweep: %s, %s: %,d points, %d unexpected%n",
                    operation, BACKEND, sweep.points(), sweep.unexpected().size());
            assertTrue(sweep.unexpected().isEmpty(), () -> String.join("\n", sweep.unexpected()));
        }
    }
}
