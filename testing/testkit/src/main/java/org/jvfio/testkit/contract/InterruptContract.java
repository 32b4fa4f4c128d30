// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.jvfio.VfioException;
import org.jvfio.device.Interrupts;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.EventFd;
import org.jvfio.linux.KernelException;
import org.jvfio.testkit.driver.Arrivals;
import org.jvfio.testkit.driver.EduDriver;

/** INTx, MSI and MSI-X: which vectors come, to whom, and for how long. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class InterruptContract extends Contract {
    private static final int NVME_VECTORS = 65;

    /** For extension. */
    protected InterruptContract() {}

    @Test
    void deviceSaysHowManyVectorsItHas() {
        try (PciDevice edu = attach(bench().edu());
                PciDevice nvme = attach(bench().nvme())) {
            assertEquals(1, edu.intx().count());
            assertEquals(1, edu.msi().count());
            assertEquals(0, edu.msix().count());
            assertEquals(NVME_VECTORS, nvme.msix().count());
            assertEquals(0, nvme.msi().count());
            assertTrue(edu.intx().maskable());
            assertFalse(nvme.msix().maskable());
        }
    }

    @Test
    void eachListenerGetsItsOwnVectors() {
        try (PciDevice device = attach(bench().nvme())) {
            Interrupts msix = device.msix();
            Arrivals third = new Arrivals();
            Arrivals seventh = new Arrivals();
            msix.listen(7, seventh);
            msix.listen(3, third);

            assertEquals(List.of(3, 7), msix.enabled());
            msix.trigger(3);
            assertEquals(3, third.next());
            msix.trigger(7);
            assertEquals(7, seventh.next());
            assertEquals(0, third.waiting() + seventh.waiting());
        }
    }

    @Test
    void vectorsAreAddedWhileOthersAreInUse() {
        try (PciDevice device = attach(bench().nvme())) {
            Interrupts msix = device.msix();
            Arrivals arrivals = new Arrivals();
            for (int vector : List.of(3, 7, 40, 0, 64)) {
                msix.listen(vector, arrivals);
                msix.trigger(vector);
                assertEquals(vector, arrivals.next());
            }
            assertEquals(List.of(0, 3, 7, 40, 64), msix.enabled());
            msix.trigger(3);
            assertEquals(3, arrivals.next());
        }
    }

    @Test
    void releasedVectorComesNoMoreAndOthersDo() {
        try (PciDevice device = attach(bench().nvme())) {
            Interrupts msix = device.msix();
            Arrivals arrivals = new Arrivals();
            msix.listen(3, arrivals);
            msix.listen(7, arrivals);

            msix.release(3);
            msix.release(3);

            assertNames(
                    assertThrows(VfioException.class, () -> msix.trigger(3)),
                    bench().nvme().name(),
                    "vector 3",
                    "not enabled");
            msix.trigger(7);
            assertEquals(7, arrivals.next());
            msix.release(7);
            assertEquals(List.of(), msix.enabled());
            msix.listen(3, arrivals);
            msix.trigger(3);
            assertEquals(3, arrivals.next());
        }
    }

    @Test
    void disabledKindHasNoVectors() {
        try (PciDevice device = attach(bench().nvme())) {
            device.msix().disable();
            device.msix().listen(1, vector -> {});
            device.msix().listen(2, vector -> {});
            device.msix().disable();
            device.msix().disable();

            assertEquals(List.of(), device.msix().enabled());
            assertEquals(before().threads().size() + 1, bench().holdings().threads().size());
        }
    }

    @Test
    void newListenerTakesTheOldOnesPlace() {
        try (PciDevice device = attach(bench().nvme())) {
            Arrivals former = new Arrivals();
            Arrivals later = new Arrivals();
            device.msix().listen(5, former);
            device.msix().listen(5, later);

            device.msix().trigger(5);

            assertEquals(5, later.next());
            assertEquals(0, former.waiting());
        }
    }

    @Test
    void vectorThatIsNotThereIsRefused() {
        try (PciDevice device = attach(bench().nvme())) {
            assertNames(
                    assertThrows(
                            IndexOutOfBoundsException.class,
                            () -> device.msix().listen(NVME_VECTORS, vector -> {})),
                    bench().nvme().name(),
                    "MSI-X",
                    "65");
            assertThrows(IndexOutOfBoundsException.class, () -> device.msix().listen(-1, v -> {}));
            assertThrows(IndexOutOfBoundsException.class, () -> device.msi().listen(0, v -> {}));
            assertThrows(IllegalArgumentException.class, () -> device.msix().connect(0, -1));
        }
    }

    @Test
    void oneKindKeepsTheOthersOut() {
        try (PciDevice device = attach(bench().edu())) {
            device.intx().listen(0, vector -> {});

            VfioException refused =
                    assertThrows(VfioException.class, () -> device.msi().listen(0, vector -> {}));

            assertNames(refused, bench().edu().name(), "MSI", "INTx", "disable");
            assertEquals(List.of(0), device.intx().enabled());
            device.intx().disable();
            device.msi().listen(0, vector -> {});
        }
    }

    @Test
    void messagesCannotBeMasked() {
        try (PciDevice device = attach(bench().nvme())) {
            device.msix().listen(0, vector -> {});

            assertNames(
                    assertThrows(VfioException.class, () -> device.msix().mask(0)),
                    "MSI-X",
                    "masked");
        }
    }

    @Test
    void levelInterruptComesAgainAfterTheListener() {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = new EduDriver(device)) {
            Arrivals causes = new Arrivals();
            device.intx()
                    .listen(
                            0,
                            vector -> {
                                int pending = edu.pending();
                                edu.acknowledge(pending);
                                causes.add(pending);
                            });
            for (int cause = 1; cause <= 16; cause <<= 1) {
                edu.raise(cause);
                assertEquals(cause, causes.next());
            }
            device.intx().disable();
        }
    }

    @Test
    void levelInterruptThatIsNotAcknowledgedComesAtOnceAgain() {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = new EduDriver(device)) {
            Arrivals calls = new Arrivals();
            device.intx()
                    .listen(
                            0,
                            vector -> {
                                if (calls.waiting() == 2) {
                                    edu.acknowledge(1);
                                }
                                calls.add(vector);
                            });
            edu.raise(1);

            for (int i = 0; i < 3; i++) {
                assertEquals(0, calls.next());
            }
            edu.acknowledge(1);
            device.intx().disable();
        }
    }

    @Test
    void maskedLevelInterruptWaitsUntilItIsUnmasked() {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = new EduDriver(device)) {
            Arrivals causes = new Arrivals();
            device.intx()
                    .listen(
                            0,
                            vector -> {
                                int pending = edu.pending();
                                edu.acknowledge(pending);
                                causes.add(pending);
                            });
            device.intx().mask(0);
            edu.raise(2);
            assertBecomes(2, edu::pending);
            assertEquals(0, causes.waiting());

            device.intx().unmask(0);

            assertEquals(2, causes.next());
            device.intx().disable();
        }
    }

    @Test
    void messageOfTheDeviceReachesItsListener() {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = new EduDriver(device)) {
            Arrivals arrivals = new Arrivals();
            device.msi().listen(0, arrivals);

            edu.raise(1);
            assertEquals(0, arrivals.next());
            edu.acknowledge(1);
            device.msi().disable();
        }
    }

    @Test
    void ownDescriptorIsSignalledAndStaysOpen() throws KernelException {
        try (PciDevice device = attach(bench().nvme());
                EventFd own = EventFd.create(kernel())) {
            device.msix().connect(9, own.fd());
            device.msix().trigger(9);
            device.msix().trigger(9);
            assertEquals(2, own.read());

            device.msix().release(9);
            own.signal();
            assertEquals(1, own.read());
        }
    }

    @Test
    void vectorGoesFromListenerToDescriptorAndBack() throws KernelException {
        try (PciDevice device = attach(bench().nvme());
                EventFd own = EventFd.create(kernel())) {
            Arrivals arrivals = new Arrivals();
            device.msix().listen(9, arrivals);
            device.msix().connect(9, own.fd());
            device.msix().trigger(9);
            assertEquals(1, own.read());
            assertEquals(0, arrivals.waiting());

            device.msix().listen(9, arrivals);
            device.msix().trigger(9);
            assertEquals(9, arrivals.next());
            assertEquals(0, own.read());
        }
    }

    @Test
    void connectedLevelInterruptStaysMaskedUntilItIsUnmasked() throws KernelException {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = new EduDriver(device);
                EventFd own = EventFd.create(kernel())) {
            device.intx().connect(0, own.fd());
            edu.raise(1);
            assertBecomes(1, () -> (int) own.read());
            assertBecomes(1, edu::pending);
            assertEquals(0, own.read());

            device.intx().unmask(0);
            assertBecomes(1, () -> (int) own.read());

            edu.acknowledge(1);
            device.intx().disable();
        }
    }

    @Test
    void levelInterruptIsUnmaskedByAnEventfd() throws KernelException {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = new EduDriver(device);
                EventFd own = EventFd.create(kernel());
                EventFd served = EventFd.create(kernel())) {
            device.intx().connect(0, own.fd());
            device.intx().resample(0, served.fd());
            device.intx().resample(0, served.fd());
            edu.raise(1);
            assertBecomes(1, () -> (int) own.read());

            served.signal();
            assertBecomes(1, () -> (int) own.read());
            edu.acknowledge(1);
            device.intx().disable();
            served.signal();
            assertEquals(1, served.read());
            assertThrows(VfioException.class, () -> device.intx().resample(0, served.fd()));
        }
    }

    @Test
    void listenerThatThrowsIsCalledAgain() {
        try (PciDevice device = attach(bench().nvme())) {
            Arrivals arrivals = new Arrivals();
            device.msix()
                    .listen(
                            0,
                            vector -> {
                                arrivals.add(vector);
                                throw new IllegalArgumentException("thrown on purpose by a test");
                            });
            device.msix().trigger(0);
            assertEquals(0, arrivals.next());
            device.msix().trigger(0);
            assertEquals(0, arrivals.next());
        }
    }

    @Test
    void listenerMayCloseItsDevice() {
        PciDevice device = attach(bench().nvme());
        Arrivals closed = new Arrivals();
        device.msix()
                .listen(
                        0,
                        vector -> {
                            device.close();
                            closed.add(vector);
                        });
        device.msix().trigger(0);

        assertEquals(0, closed.next());
        assertThrows(IllegalStateException.class, () -> device.config().getInt(0));
        assertThrows(IllegalStateException.class, () -> device.msix().trigger(0));
    }

    @Test
    void listenerMayChangeVectors() {
        try (PciDevice device = attach(bench().nvme())) {
            Arrivals arrivals = new Arrivals();
            device.msix()
                    .listen(
                            0,
                            vector -> {
                                device.msix().listen(1, arrivals);
                                device.msix().release(0);
                                arrivals.add(vector);
                            });
            device.msix().trigger(0);
            assertEquals(0, arrivals.next());
            device.msix().trigger(1);
            assertEquals(1, arrivals.next());
            assertEquals(List.of(1), device.msix().enabled());
        }
    }

    @Test
    void closedDeviceInterruptsNobody() {
        PciDevice device = attach(bench().nvme());
        Interrupts msix = device.msix();
        msix.listen(0, vector -> {});
        device.close();

        assertThrows(IllegalStateException.class, () -> msix.listen(0, vector -> {}));
        assertThrows(IllegalStateException.class, () -> msix.trigger(0));
        assertThrows(IllegalStateException.class, () -> msix.release(0));
        assertThrows(IllegalStateException.class, msix::disable);
    }
}
