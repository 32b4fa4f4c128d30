// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvfio.device.Interrupts;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Errno;

/**
 * Every call of a device's interrupt thread is refused in turn: later interrupts are delivered all
 * the same.
 */
@Timeout(120)
final class InterruptSweepTest {
    private static final int INTERRUPTS = 3;
    private static final long DEADLINE_SECONDS = 10;

    private static int points;

    /** A kind of interrupts, for people and of a device. */
    private record Kind(String name, Function<PciDevice, Interrupts> of) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Arguments> kinds() {
        return Stream.of(new Kind("INTx", PciDevice::intx), new Kind("MSI", PciDevice::msi))
                .flatMap(
                        kind ->
                                Stream.of(GuestBench.LEGACY, GuestBench.IOMMUFD)
                                        .map(backend -> Arguments.of(kind, backend)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("kinds")
    void laterInterruptsAreDeliveredWhateverWasRefused(Kind kind, String backend)
            throws InterruptedException {
        try (SweptMachine machine = SweptMachine.of("legacy")) {
            for (String call : List.of("poll", "read", "VFIO_DEVICE_SET_IRQS")) {
                for (Errno errno : CallErrnos.of(call)) {
                    for (int n = 0; n < INTERRUPTS; n++) {
                        deliver(machine, kind, backend, call, n, errno);
                    }
                }
            }
        }
    }

    /** Delivers some interrupts, while the n-th call of that name of the thread is refused. */
    private static void deliver(
            SweptMachine machine, Kind kind, String backend, String call, int n, Errno errno)
            throws InterruptedException {
        SweepWorld world = new SweepWorld(machine, backend);
        Interrupts interrupts = kind.of().apply(world.attach(SweepWorld.EDU));
        Semaphore delivered = new Semaphore(0);
        interrupts.listen(0, vector -> delivered.release());
        machine.plan().refuse(InterruptSweepTest::delivers, call, n, errno);
        for (int i = 0; i <= INTERRUPTS; i++) {
            await(interrupts, delivered, "%d after %s %d: %s".formatted(i, call, n, errno));
        }
        machine.plan().stop();
        points += machine.plan().refused();
        world.close();
        assertEquals(List.of(), world.holdings(), "left");
    }

    private static boolean delivers(Thread thread) {
        return thread.getName().startsWith("jvfio-interrupts");
    }

    private static void await(Interrupts interrupts, Semaphore delivered, String which)
            throws InterruptedException {
        interrupts.trigger(0);
        assertTrue(
                delivered.tryAcquire(DEADLINE_SECONDS, TimeUnit.SECONDS),
                () -> "no interrupt: " + which);
    }

    @AfterAll
    static void tell() {
        System.out.printf("failure sweep: interrupt threads: %,d points%n", points);
    }
}
