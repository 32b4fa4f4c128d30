// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.jvfio.AttachOptions;
import org.jvfio.VfioException;
import org.jvfio.device.Interrupts;
import org.jvfio.device.PlatformAddress;
import org.jvfio.device.PlatformDevice;
import org.jvfio.linux.EventFd;
import org.jvfio.linux.KernelException;
import org.jvfio.testkit.driver.Arrivals;
import org.jvfio.testkit.driver.Pl031Driver;

/** Interrupts of platform devices: lines that are masked as they come, and edges. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class PlatformInterruptContract extends Contract {
    /** For extension. */
    protected PlatformInterruptContract() {}

    /** A real-time clock PL031 with the level interrupt {@code alarm}. */
    protected abstract PlatformAddress clock();

    /** A device with one edge-triggered interrupt. */
    protected abstract PlatformAddress slot();

    private PlatformDevice attach(PlatformAddress address) {
        return space().attach(address, AttachOptions.defaults().backend(bench().backend()));
    }

    private void withClock(BiConsumer<Interrupts, Pl031Driver> work) {
        try (PlatformDevice device = attach(clock());
                Pl031Driver driver = new Pl031Driver(device.region("registers"))) {
            work.accept(device.interrupts("alarm"), driver);
        }
    }

    /** Work with two eventfds besides. */
    private interface Signalled {
        void with(Interrupts alarm, Pl031Driver driver, EventFd own, EventFd resample)
                throws KernelException;
    }

    private void withEventfds(Signalled work) throws KernelException {
        try (EventFd own = EventFd.create(kernel());
                EventFd resample = EventFd.create(kernel());
                PlatformDevice device = attach(clock());
                Pl031Driver driver = new Pl031Driver(device.region("registers"))) {
            work.with(device.interrupts("alarm"), driver, own, resample);
        }
    }

    private static void assertSignalled(EventFd eventfd) {
        assertBecomes(1, () -> (int) eventfd.read());
    }

    /** Has each alarm taken back, and then noted. */
    private static void takeEach(Interrupts alarm, Pl031Driver driver, Arrivals calls) {
        alarm.listen(
                0,
                vector -> {
                    driver.clear();
                    calls.add(vector);
                });
    }

    @Test
    void alarmReachesItsListenerEachTime() {
        withClock(
                (alarm, driver) -> {
                    Arrivals calls = new Arrivals();
                    takeEach(alarm, driver, calls);
                    for (int i = 0; i < 3; i++) {
                        driver.raise();
                        assertEquals(0, calls.next());
                        assertFalse(driver.raised());
                    }
                    assertEquals(List.of(0), alarm.enabled());
                });
    }

    @Test
    void alarmThatIsNotTakenBackComesAtOnceAgain() {
        withClock(
                (alarm, driver) -> {
                    Arrivals calls = new Arrivals();
                    alarm.listen(
                            0,
                            vector -> {
                                if (calls.waiting() == 2) {
                                    driver.clear();
                                }
                                calls.add(vector);
                            });
                    driver.raise();
                    for (int i = 0; i < 3; i++) {
                        assertEquals(0, calls.next());
                    }
                });
    }

    @Test
    void maskedAlarmWaitsUntilItIsUnmasked() {
        withClock(
                (alarm, driver) -> {
                    Arrivals calls = new Arrivals();
                    takeEach(alarm, driver, calls);
                    assertTrue(alarm.maskable());
                    alarm.mask(0);
                    driver.raise();
                    alarm.trigger(0);
                    assertTrue(driver.raised());
                    assertEquals(0, calls.waiting());

                    alarm.unmask(0);
                    assertEquals(0, calls.next());
                });
    }

    @Test
    void connectedAlarmStaysMaskedUntilItIsUnmasked() throws KernelException {
        withEventfds(
                (alarm, driver, own, resample) -> {
                    alarm.connect(0, own.fd());
                    driver.raise();
                    assertSignalled(own);
                    assertEquals(0, own.read());

                    alarm.unmask(0);
                    assertSignalled(own);
                    driver.clear();
                    alarm.unmask(0);
                    assertEquals(0, own.read());
                });
    }

    @Test
    void alarmIsUnmaskedByAnEventfd() throws KernelException {
        withEventfds(
                (alarm, driver, own, resample) -> {
                    alarm.connect(0, own.fd());
                    alarm.resample(0, resample.fd());
                    driver.raise();
                    assertSignalled(own);

                    resample.signal();
                    assertSignalled(own);
                    assertEquals(0, resample.read());
                    driver.clear();
                    resample.signal();
                    assertBecomes(1, () -> comesAgain(alarm, own));
                });
    }

    /** Whether the alarm, which the kernel unmasks when it gets to it, is told when triggered. */
    private static int comesAgain(Interrupts alarm, EventFd own) {
        alarm.trigger(0);
        return (int) own.read();
    }

    @Test
    void eventfdThatUnmasksIsReplacedAndLetGoOf() throws KernelException {
        try (EventFd former = EventFd.create(kernel())) {
            withEventfds(
                    (alarm, driver, own, resample) -> {
                        alarm.connect(0, own.fd());
                        alarm.resample(0, former.fd());
                        alarm.resample(0, resample.fd());
                        driver.raise();
                        assertSignalled(own);
                        resample.signal();
                        assertSignalled(own);

                        alarm.release(0);
                        former.signal();
                        resample.signal();
                        assertEquals(1, former.read());
                        assertEquals(1, resample.read());
                    });
        }
    }

    @Test
    void eventfdThatCannotUnmaskIsRefusedAndTheFormerStays() throws KernelException {
        withEventfds(
                (alarm, driver, own, resample) -> {
                    assertNames(
                            assertThrows(VfioException.class, () -> alarm.resample(0, own.fd())),
                            "alarm",
                            "not enabled");
                    alarm.connect(0, own.fd());
                    alarm.resample(0, resample.fd());
                    int closed = closedDescriptor();

                    assertNames(
                            assertThrows(VfioException.class, () -> alarm.resample(0, closed)),
                            clock().name(),
                            "alarm",
                            "not open");
                    assertThrows(IllegalArgumentException.class, () -> alarm.resample(0, -1));
                    driver.raise();
                    assertSignalled(own);
                    resample.signal();
                    assertSignalled(own);
                });
    }

    private int closedDescriptor() throws KernelException {
        try (EventFd gone = EventFd.create(kernel())) {
            return gone.fd();
        }
    }

    @Test
    void alarmThatWasLeftMaskedComesToTheNext() throws KernelException {
        withEventfds(
                (alarm, driver, own, resample) -> {
                    alarm.connect(0, own.fd());
                    driver.raise();
                    assertSignalled(own);
                    alarm.release(0);
                    alarm.connect(0, own.fd());
                    assertSignalled(own);

                    driver.clear();
                    alarm.unmask(0);
                    alarm.mask(0);
                    alarm.disable();
                    alarm.connect(0, own.fd());
                    driver.raise();
                    assertSignalled(own);
                });
    }

    @Test
    void alarmGoesFromListenerToDescriptorAndBack() throws KernelException {
        withEventfds(
                (alarm, driver, own, resample) -> {
                    Arrivals calls = new Arrivals();
                    alarm.listen(0, calls);
                    alarm.connect(0, own.fd());
                    alarm.trigger(0);
                    assertSignalled(own);
                    alarm.unmask(0);
                    takeEach(alarm, driver, calls);
                    driver.raise();
                    assertEquals(0, calls.next());
                    assertEquals(0, own.read());
                    assertEquals(0, calls.waiting());
                });
    }

    @Test
    void descriptorThatIsNoneIsRefusedAndTheListenerStays() {
        withClock(
                (alarm, driver) -> {
                    Arrivals calls = new Arrivals();
                    takeEach(alarm, driver, calls);
                    assertNames(
                            assertThrows(
                                    VfioException.class,
                                    () -> alarm.connect(0, closedDescriptorOrFail())),
                            clock().name(),
                            "alarm",
                            "not open");
                    driver.raise();
                    assertEquals(0, calls.next());
                });
    }

    private int closedDescriptorOrFail() {
        try {
            return closedDescriptor();
        } catch (KernelException refused) {
            throw new AssertionError(refused);
        }
    }

    @Test
    void alarmOfAClosedDeviceComesToNobody() {
        PlatformDevice device = attach(clock());
        Interrupts alarm = device.interrupts("alarm");
        alarm.listen(0, vector -> {});
        device.close();

        assertThrows(IllegalStateException.class, () -> alarm.trigger(0));
        assertThrows(IllegalStateException.class, () -> alarm.resample(0, 0));
    }

    @Test
    void edgeComesEachTimeAndCannotBeMasked() throws KernelException {
        try (PlatformDevice device = attach(slot());
                EventFd own = EventFd.create(kernel())) {
            Interrupts edge = device.interrupts(0);
            assertFalse(edge.maskable());
            assertEquals("interrupt 0", edge.name());
            edge.connect(0, own.fd());
            edge.trigger(0);
            edge.trigger(0);
            assertEquals(2, own.read());

            assertNames(
                    assertThrows(VfioException.class, () -> edge.mask(0)),
                    slot().name(),
                    "cannot be masked");
            assertThrows(VfioException.class, () -> edge.resample(0, own.fd()));
            assertThrows(IndexOutOfBoundsException.class, () -> edge.trigger(1));
        }
    }
}
