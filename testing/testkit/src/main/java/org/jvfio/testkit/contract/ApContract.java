// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.AttachOptions;
import org.jvfio.Descriptor;
import org.jvfio.VfioException;
import org.jvfio.device.ApDevice;
import org.jvfio.device.ApMatrix;
import org.jvfio.device.ApQueue;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.Interrupts;
import org.jvfio.device.MdevAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.ApBus;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.KernelException;
import org.jvfio.testkit.driver.EduDriver;

/**
 * Matrices of cryptographic queues: made, changed, given to a virtual machine, and taken back.
 *
 * <p>No emulator has the instructions, so that a kernel that has a matrix runs on an IBM Z.
 */
public abstract class ApContract extends Contract {
    private static final int NO_ADAPTER = 255;

    private Matrices matrices;

    /** For extension. */
    protected ApContract() {}

    /** Two adapters and two domains whose queues are bound to {@code vfio_ap}, in no matrix yet. */
    protected abstract ApMatrix free();

    /** A queue on one of the domains of {@link #free} that is reserved for drivers of the host. */
    protected abstract ApQueue hosts();

    @BeforeEach
    final void openMachine() throws KernelException {
        matrices = new Matrices(bench());
    }

    @AfterEach
    final void takeMatricesAway() {
        matrices.close();
    }

    private ApMatrix with(int adapters, int domains) {
        return ApMatrix.EMPTY
                .withAdapters(first(free().adapters(), adapters))
                .withDomains(first(free().domains(), domains));
    }

    private static int[] first(NavigableSet<Integer> numbers, int count) {
        return numbers.stream().limit(count).mapToInt(Integer::intValue).toArray();
    }

    private static int only(NavigableSet<Integer> numbers) {
        return numbers.first();
    }

    private VfioException refused(Runnable work) {
        return assertThrows(VfioException.class, work::run);
    }

    @Test
    void matrixIsMadeFoundAndTakenAway() {
        ApMatrix wanted = with(2, 1).withControlDomains(only(free().domains()));
        UUID name = matrices.make(wanted);

        assertEquals(wanted, matrices.all().matrix(name));
        assertEquals(List.of(name), matrices.all().names().toList());
        DeviceNode node = vfio().device(name.toString());
        assertEquals("ap", node.bus());
        assertTrue(node.mediated());
        assertEquals(Optional.of("vfio_ap_mdev"), node.driver());
        assertEquals("AP matrix: " + wanted, node.description());
        assertEquals(List.of(), node.obstacles());
        assertTrue(vfio().devices().contains(node));

        matrices.remove(name);
        assertEquals(List.of(), matrices.all().names().toList());
        assertThrows(VfioException.class, () -> vfio().device(name.toString()));
    }

    @Test
    void busSaysThatThereAreMatrices() {
        matrices.make(with(1, 1));
        assertTrue(
                vfio().buses().stream()
                        .filter(bus -> bus.name().equals("ap"))
                        .allMatch(bus -> bus.usable() && bus.explanation().contains("vfio_ap")));
    }

    @Test
    void virtualMachineHasTheQueues() {
        UUID name = matrices.make(with(2, 2));
        try (ApDevice matrix = matrices.attach(name)) {
            assertEquals(free().queues(), matrix.matrix().queues());
            assertEquals(free().queues(), matrix.guestMatrix().queues());
            assertEquals(bench().backend(), matrix.backend());
            assertEquals(0, matrix.regionCount());
            assertEquals(Optional.empty(), matrix.migration());
            assertTrue(matrix.resettable());
            matrix.reset();
            assertEquals("AP matrix " + name, matrix.toString());
        }
    }

    @Test
    void matrixIsBehindTheSameMemoryAsARealDevice() {
        UUID name = matrices.make(with(1, 1));
        try (ApDevice matrix = matrices.attach(name);
                PciDevice edu =
                        matrix.addressSpace()
                                .attach(
                                        bench().edu(),
                                        AttachOptions.defaults().backend(bench().backend()));
                EduDriver driver = EduDriver.start(edu)) {
            assertEquals(List.of(matrix, edu), matrix.addressSpace().devices());
            assertEquals(EduDriver.IDENTIFICATION_1_0, driver.identification());
        }
    }

    @Test
    void withoutAVirtualMachineThatIsSaid() {
        UUID name = matrices.make(with(1, 1));
        AttachOptions options = AttachOptions.defaults().backend(bench().backend());

        VfioException refused =
                refused(() -> space().attach(MdevAddress.ap(name), options).close());

        assertNames(refused, name.toString(), "EINVAL", "virtual machine", "kvm");
        assertEquals(List.of(), space().devices());
    }

    @Test
    void virtualMachineHasOneMatrix() {
        try (ApDevice first = matrices.attach(matrices.make(with(1, 1)))) {
            UUID second =
                    matrices.make(
                            ApMatrix.EMPTY
                                    .withAdapters(free().adapters().last())
                                    .withDomains(free().domains().last()));

            assertNames(
                    refused(() -> matrices.attach(second).close()),
                    second.toString(),
                    "EPERM",
                    "another already");
            assertEquals(List.of(first), first.addressSpace().devices());
        }
    }

    @Test
    void matrixIsAttachedByAPassedDescriptor() {
        assumeTrue(bench().backend().equals("iommufd"), "containers take no descriptors");
        UUID name = matrices.make(with(1, 1));
        String path = vfio().device(name.toString()).cdev().orElseThrow();
        int cdev = kernel().open(path, Fcntl.O_RDWR);
        assertTrue(cdev >= 0, path + ": errno " + -cdev);
        try (ApDevice matrix = matrices.attach(name, Descriptor.borrowed(cdev))) {
            assertEquals(with(1, 1), matrix.guestMatrix());
        }
        assertEquals(0, kernel().close(cdev));
    }

    @Test
    void changeIsToldToWhoHasTheMatrix() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        try (ApDevice matrix = matrices.attach(matrices.make(with(1, 1)))) {
            matrix.configurationChange().orElseThrow().listen(0, vector -> told.countDown());

            matrix.change(with(2, 2));

            told.await();
            assertEquals(free().queues(), matrix.guestMatrix().queues());
            matrix.change(ApMatrix.EMPTY);
            assertEquals(ApMatrix.EMPTY, matrix.matrix());
            assertEquals(ApMatrix.EMPTY, matrix.guestMatrix());
        }
    }

    @Test
    void hostThatWantsTheMatrixBackAsksForIt() throws InterruptedException {
        UUID name = matrices.make(with(1, 1));
        ApDevice matrix = matrices.attach(name);
        matrix.request().orElseThrow().listen(0, vector -> matrix.close());
        Thread host = new Thread(() -> matrices.remove(name));

        host.start();
        host.join();

        assertEquals(List.of(), matrices.all().names().toList());
        assertThrows(IllegalStateException.class, matrix::matrix);
    }

    @Test
    void interruptsAreSignalledByTheHostAlone() {
        try (ApDevice matrix = matrices.attach(matrices.make(with(1, 1)))) {
            Interrupts request = matrix.request().orElseThrow();
            assertEquals("request", request.name());
            assertEquals(1, request.count());
            assertFalse(request.maskable());
            request.listen(0, vector -> {});
            assertNames(refused(() -> request.trigger(0)), "request", "EINVAL");
            assertEquals(List.of(0), request.enabled());
            request.release(0);
            assertEquals(List.of(), request.enabled());
        }
    }

    @Test
    void queueOfTheHostIsRefusedByName() {
        ApMatrix before = with(1, 1);
        UUID name = matrices.make(before);

        VfioException refused =
                refused(
                        () ->
                                matrices.all()
                                        .change(name, with(2, 1).withAdapters(hosts().adapter())));

        assertNames(refused, name.toString(), "EADDRNOTAVAIL", hosts().toString(), "apmask");
        assertEquals(before, matrices.all().matrix(name));
    }

    @Test
    void queueOfAnotherMatrixIsRefusedByName() {
        UUID first = matrices.make(with(1, 1));
        UUID second = matrices.make(ApMatrix.EMPTY);

        VfioException refused = refused(() -> matrices.all().change(second, with(2, 2)));

        assertNames(
                refused,
                second.toString(),
                with(1, 1).queues().get(0).toString(),
                "is in matrix " + first);
        assertEquals(ApMatrix.EMPTY, matrices.all().matrix(second));
        assertEquals(with(1, 1), matrices.all().matrix(first));
    }

    @Test
    void adapterThatNoMachineHasIsRefused() {
        UUID name = matrices.make(with(1, 1));

        VfioException refused =
                refused(() -> matrices.all().change(name, with(1, 2).withAdapters(NO_ADAPTER)));

        assertNames(refused, name.toString(), "this machine's highest adapter is");
        assertEquals(with(1, 1), matrices.all().matrix(name));
    }

    @Test
    void matrixThatIsRefusedIsNotMade() {
        UUID name = UUID.randomUUID();

        assertNames(
                refused(
                        () ->
                                matrices.all()
                                        .create(name, with(1, 1).withAdapters(hosts().adapter()))),
                name.toString(),
                hosts().toString());

        assertEquals(List.of(), matrices.all().names().toList());
    }

    @Test
    void guestHasAnAdapterOnlyWithAllItsQueues() {
        ApBus bus = ApBus.on(vfio().host());
        int missing = bus.highestAdapter().getAsInt();
        bus.adapter(missing, false);
        UUID name = matrices.make(with(1, 2).withAdapters(missing));

        assertEquals(with(1, 2), matrices.all().guestMatrix(name));
        assertTrue(matrices.all().matrix(name).adapters().contains(missing));
        matrices.remove(name);
        bus.adapter(missing, true);
    }

    @Test
    void hostDoesNotTakeTheQueueOfAMatrix() {
        ApBus bus = ApBus.on(vfio().host());
        ApQueue queue = with(1, 1).queues().get(0);
        UUID name = matrices.make(with(1, 1));
        assertEquals(Optional.of("vfio_ap"), bus.driver(queue));
        assertTrue(bus.queues().containsAll(free().queues()));

        assertNames(
                refused(
                        () -> {
                            bus.adapter(queue.adapter(), true);
                            bus.domain(queue.domain(), true);
                        }),
                "mask",
                "EBUSY",
                "in a matrix");

        assertEquals(List.of(), bus.reserved(matrices.all().matrix(name)));
        assertEquals(with(1, 1), matrices.all().guestMatrix(name));
    }

    @Test
    void matrixWithoutQueuesIsNotReady() {
        UUID name = matrices.make(ApMatrix.EMPTY.withAdapters(only(free().adapters())));

        VfioException refused = refused(() -> matrices.attach(name).close());

        assertNames(refused, name.toString(), "no queue", "assign_domain");
        matrices.all().change(name, with(1, 1));
        matrices.attach(name).close();
    }

    @Test
    void closedMatrixAnswersNothing() {
        ApDevice matrix = matrices.attach(matrices.make(with(1, 1)));
        Interrupts request = matrix.request().orElseThrow();
        matrix.close();
        matrix.close();

        assertThrows(IllegalStateException.class, matrix::matrix);
        assertThrows(IllegalStateException.class, matrix::guestMatrix);
        assertThrows(IllegalStateException.class, () -> matrix.change(ApMatrix.EMPTY));
        assertThrows(IllegalStateException.class, matrix::reset);
        assertThrows(IllegalStateException.class, () -> request.listen(0, vector -> {}));
    }

    @Test
    void matrixThatIsNotThereIsNamed() {
        UUID nobody = UUID.randomUUID();

        assertNames(refused(() -> matrices.all().matrix(nobody)), nobody.toString(), "ENOENT");
        assertNames(
                refused(() -> matrices.all().change(nobody, ApMatrix.EMPTY)),
                nobody.toString(),
                "no such matrix");
        assertNames(refused(() -> matrices.all().remove(nobody)), nobody.toString());
        assertNames(refused(() -> matrices.attach(nobody).close()), nobody.toString());
    }

    @Test
    void matrixIsNoDeviceOfAnotherBus() {
        UUID name = matrices.make(with(1, 1));

        assertNames(
                refused(() -> space().attach(MdevAddress.pci(name)).close()),
                name.toString(),
                "pci");
    }
}
