// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.Descriptor;
import org.jvfio.DmaBuffer;
import org.jvfio.Iommufd;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.HotResetFunction.Holding;
import org.jvfio.device.HotResetPlan;
import org.jvfio.device.Mmio;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.EventFd;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.KernelException;
import org.jvfio.testkit.driver.Arrivals;

/** Hot resets: what the plan says, what a reset takes back, and what stays as it was. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class HotResetContract extends Contract {
    private static final String NO_IOMMUFD = "iommufd has no devices here";
    private static final String REQUEST = "VFIO_DEVICE_PCI_HOT_RESET";
    private static final int COMMAND = 0x04;
    private static final int BUS_MASTER = 1 << 2;
    private static final int CONTROL = 0x0000;
    private static final int INTERRUPTS_ENABLED = 0x1524;
    private static final int REGISTER_BYTES = 0x2000;
    private static final int ROUNDS = 3;

    /** For extension. */
    protected HotResetContract() {}

    private static Map<PciAddress, Holding> holdings(HotResetPlan plan) {
        return plan.functions().stream()
                .collect(Collectors.toMap(each -> each.address(), each -> each.holding()));
    }

    private static void mark(PciDevice device) {
        device.bar(0).putInt(INTERRUPTS_ENABLED, 1);
        assertTrue(isMarked(device));
    }

    private static boolean isMarked(PciDevice device) {
        return device.bar(0).getInt(INTERRUPTS_ENABLED) != 0;
    }

    private static boolean masters(PciDevice device) {
        return (device.config().getShort(COMMAND) & BUS_MASTER) != 0;
    }

    @Test
    void planSaysWhatGoesDownAndChangesNothing() {
        try (PciDevice one = attach(bench().pair());
                PciDevice other = attach(bench().otherOfPair())) {
            mark(one);
            mark(other);
            Holdings holdings = bench().holdings();

            HotResetPlan plan = one.hotReset();

            assertEquals(one.name(), plan.device());
            assertEquals(List.of(), plan.obstacles());
            assertTrue(plan.possible());
            assertEquals(
                    Map.of(bench().pair(), Holding.OPEN, bench().otherOfPair(), Holding.OPEN),
                    holdings(plan));
            plan.functions()
                    .forEach(
                            function ->
                                    assertEquals(
                                            vfio().device(function.address().name()).group(),
                                            function.group()));
            assertTrue(isMarked(one) && isMarked(other));
            assertEquals(holdings, bench().holdings());
        }
    }

    @Test
    void allFunctionsOfTheBusAreReset() {
        try (PciDevice one = attach(bench().pair());
                PciDevice other = attach(bench().otherOfPair())) {
            HotResetPlan plan = one.hotReset();
            for (int i = 0; i < ROUNDS; i++) {
                mark(one);
                mark(other);
                plan.execute();
                assertFalse(isMarked(one) || isMarked(other));
            }
        }
    }

    @Test
    void interruptsStayConnected() throws KernelException {
        try (PciDevice one = attach(bench().pair());
                PciDevice other = attach(bench().otherOfPair());
                EventFd own = EventFd.create(kernel())) {
            Arrivals arrivals = new Arrivals();
            one.msix().listen(1, arrivals);
            one.msix().connect(3, own.fd());
            other.intx().listen(0, vector -> arrivals.add(100));

            other.hotReset().execute();

            assertEquals(List.of(1, 3), one.msix().enabled());
            assertEquals(List.of(0), other.intx().enabled());
            one.msix().trigger(1);
            assertEquals(1, arrivals.next());
            one.msix().trigger(3);
            assertEquals(1, own.read());
            other.intx().trigger(0);
            assertEquals(100, arrivals.next());
            assertEquals(0, arrivals.waiting());
            one.msix().release(1);
            one.msix().listen(5, arrivals);
            one.msix().trigger(5);
            assertEquals(5, arrivals.next());
        }
    }

    @Test
    void mappedRegistersStayUsable() {
        try (PciDevice one = attach(bench().pair());
                PciDevice other = attach(bench().otherOfPair());
                Mmio mapped = one.bar(0).map(0, REGISTER_BYTES);
                Mmio otherMapped = other.bar(0).map(0, REGISTER_BYTES)) {
            mark(one);
            int control = mapped.getInt(CONTROL);
            int otherControl = otherMapped.getInt(CONTROL);

            one.hotReset().execute();

            assertEquals(control, mapped.getInt(CONTROL));
            assertEquals(otherControl, otherMapped.getInt(CONTROL));
            assertEquals(0, mapped.getInt(INTERRUPTS_ENABLED));
            mapped.putInt(INTERRUPTS_ENABLED, 1);
            assertTrue(isMarked(one));
        }
    }

    @Test
    void busMasteringIsAsBefore() {
        try (PciDevice one = attach(bench().pair());
                PciDevice other = attach(bench().otherOfPair())) {
            other.busMaster(false);

            one.hotReset().execute();

            assertTrue(masters(one));
            assertFalse(masters(other));
        }
    }

    @Test
    void mappedMemoryStaysMappedAndPinned() {
        try (PciDevice one = attach(bench().pair());
                PciDevice other = attach(bench().otherOfPair());
                DmaBuffer buffer = space().allocate(Reach.BYTES)) {
            Holdings holdings = bench().holdings();

            one.hotReset().execute();

            assertEquals(holdings, bench().holdings());
            assertEquals(1, space().mappings().size());
        }
    }

    @Test
    void devicesOfSeveralAddressSpacesGoDownTogether() {
        try (AddressSpace otherSpace = vfio().newAddressSpace();
                PciDevice one = attach(bench().pair());
                PciDevice other = attach(otherSpace, bench().otherOfPair())) {
            mark(one);
            mark(other);

            one.hotReset().execute();

            assertFalse(isMarked(one) || isMarked(other));
        }
    }

    @Test
    void descriptorsPassedAndHotReset() {
        assumeTrue(bench().passesDevices(), NO_IOMMUFD);
        int fd = kernel().open("/dev/iommu", Fcntl.O_RDWR);
        int oneFile = openFile(bench().pair());
        int otherFile = openFile(bench().otherOfPair());
        try (Iommufd object = vfio().iommufd(Descriptor.borrowed(fd))) {
            AttachOptions through = AttachOptions.defaults().iommufd(object);
            try (PciDevice one =
                            space().attach(
                                            bench().pair(),
                                            through.descriptor(Descriptor.borrowed(oneFile)));
                    PciDevice other =
                            space().attach(
                                            bench().otherOfPair(),
                                            through.descriptor(Descriptor.owned(otherFile)))) {
                mark(one);
                mark(other);

                one.hotReset().execute();

                assertFalse(isMarked(one) || isMarked(other));
            }
        }
        assertEquals(0, kernel().close(oneFile));
        assertEquals(0, kernel().close(fd));
    }

    private int openFile(PciAddress address) {
        String path = vfio().device(address.name()).cdev().orElseThrow();
        return kernel().open(path, Fcntl.O_RDWR);
    }

    @Test
    void functionThatIsNobodysStopsIt() {
        try (PciDevice one = attach(bench().pair())) {
            mark(one);

            HotResetPlan plan = one.hotReset();

            assertFalse(plan.possible());
            assertEquals(Holding.NOT_OURS, holdings(plan).get(bench().otherOfPair()));
            assertRefused(one, plan, bench().otherOfPair().name(), "attach it to this session");
        }
    }

    private static void assertRefused(PciDevice device, HotResetPlan plan, String... words) {
        VfioException refused = assertThrows(VfioException.class, plan::execute);
        assertNames(refused, device.name(), REQUEST);
        assertNames(refused, words);
        assertTrue(isMarked(device), "nothing was reset");
    }

    @Test
    void functionOfAnotherSessionStopsIt() {
        try (PciDevice one = attach(bench().pair());
                Vfio session = bench().open();
                PciDevice other = attach(session.addressSpace(), bench().otherOfPair())) {
            mark(one);
            mark(other);
            assertRefused(one, one.hotReset(), other.name());
            assertRefused(other, other.hotReset(), one.name());
        }
    }

    @Test
    void functionsOfTwoBackendsAreNotResetTogether() {
        assumeTrue(bench().otherBackend().isPresent(), "a machine with one backend");
        AttachOptions otherwise =
                AttachOptions.defaults().backend(bench().otherBackend().orElseThrow());
        try (PciDevice one = attach(bench().pair());
                PciDevice other = space().attach(bench().otherOfPair(), otherwise)) {
            mark(one);
            mark(other);
            assertRefused(one, one.hotReset(), other.name(), one.backend(), other.backend());
            assertRefused(other, other.hotReset(), one.name(), one.backend(), other.backend());
        }
    }

    @Test
    void functionsOfTwoIommufdObjectsAreNotResetTogether() {
        assumeTrue(bench().passesDevices(), NO_IOMMUFD);
        try (Iommufd first = vfio().openIommufd();
                Iommufd second = vfio().openIommufd();
                PciDevice one =
                        space().attach(bench().pair(), AttachOptions.defaults().iommufd(first));
                PciDevice other =
                        space().attach(
                                        bench().otherOfPair(),
                                        AttachOptions.defaults().iommufd(second))) {
            mark(one);
            assertRefused(one, one.hotReset(), other.name(), "another iommufd object");
        }
    }

    @Test
    void planThatIsNotTrueAnyMoreIsNotExecuted() {
        try (PciDevice one = attach(bench().pair())) {
            PciDevice other = attach(bench().otherOfPair());
            HotResetPlan both = one.hotReset();
            other.close();
            mark(one);
            assertRefused(one, both, other.name(), "make a new plan");

            HotResetPlan alone = one.hotReset();
            try (PciDevice again = attach(bench().otherOfPair())) {
                assertRefused(one, alone, again.name(), "make a new plan");
                one.hotReset().execute();
            }
        }
    }

    @Test
    void rootBusHasNoHotReset() {
        try (PciDevice device = attach(bench().edu())) {
            HotResetPlan plan = device.hotReset();

            assertEquals(List.of(), plan.functions());
            assertFalse(plan.possible());
            VfioException refused = assertThrows(VfioException.class, plan::execute);
            assertNames(refused, device.name(), REQUEST, "root bus");
        }
    }

    @Test
    void closedDeviceIsNotReset() {
        try (PciDevice other = attach(bench().otherOfPair())) {
            PciDevice one = attach(bench().pair());
            HotResetPlan plan = one.hotReset();
            one.close();
            mark(other);
            assertThrows(IllegalStateException.class, plan::execute);
            assertThrows(IllegalStateException.class, one::hotReset);
            assertTrue(isMarked(other));
        }
    }

    @Test
    void deviceMayBeClosedWhileItIsReset() throws Exception {
        try (PciDevice one = attach(bench().pair());
                Crew crew = new Crew()) {
            PciDevice other = attach(bench().otherOfPair());
            Arrivals arrivals = new Arrivals();
            other.msix().listen(0, arrivals);
            CountDownLatch warm = new CountDownLatch(1);
            HotResetPlan plan = one.hotReset();
            crew.start(
                    () ->
                            assertThrows(
                                    VfioException.class,
                                    () -> {
                                        while (true) {
                                            plan.execute();
                                            warm.countDown();
                                        }
                                    }));
            warm.await();
            other.close();
            crew.await();
            assertEquals(Holding.NOT_OURS, holdings(one.hotReset()).get(bench().otherOfPair()));
        }
        assertEquals(before(), bench().holdings());
    }

    @Test
    void registersAreUsedWhileTheBusIsReset() throws Exception {
        try (PciDevice one = attach(bench().pair());
                PciDevice other = attach(bench().otherOfPair());
                Mmio mapped = other.bar(0).map(0, REGISTER_BYTES);
                Crew crew = new Crew()) {
            int control = mapped.getInt(CONTROL);
            CountDownLatch resets = new CountDownLatch(ROUNDS);
            crew.start(
                    () -> {
                        while (resets.getCount() > 0) {
                            assertEquals(control, mapped.getInt(CONTROL));
                            other.busMaster(true);
                            other.msix().listen(0, vector -> {});
                            other.msix().release(0);
                        }
                        return null;
                    });
            crew.start(
                    () -> {
                        HotResetPlan plan = one.hotReset();
                        while (resets.getCount() > 0) {
                            plan.execute();
                            resets.countDown();
                        }
                        return null;
                    });
            crew.await();
            assertTrue(masters(other));
        }
    }
}
