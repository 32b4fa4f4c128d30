// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvfio.AttachOptions;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceReset;
import org.jvfio.device.HotResetFunction.Holding;
import org.jvfio.device.HotResetPlan;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Errno;
import org.jvfio.testkit.SimDevice;
import org.jvfio.testkit.SimKernel;
import org.jvfio.testkit.device.EduModel;
import org.jvfio.testkit.device.SilentModel;
import org.jvfio.testkit.driver.Arrivals;

/** Resets of a bus that the kernel refuses, and buses that the testbed's guest does not have. */
@SuppressWarnings("try") // some resources are there only to be closed
@Timeout(60)
final class BusResetTest {
    private static final String REQUEST = "VFIO_DEVICE_PCI_HOT_RESET";
    private static final String BRIDGE = "0000:00:06.0";
    private static final PciAddress FIRST = PciAddress.of("0000:01:01.0");
    private static final PciAddress SECOND = PciAddress.of("0000:01:02.0");
    private static final PciAddress THIRD = PciAddress.of("0000:01:03.0");
    private static final int COMMAND = 0x04;
    private static final int GROUP = 6;

    private final SimKernel kernel =
            SimKernel.builder()
                    .device(SimDevice.of(BRIDGE, new SilentModel(0x1b36, 0xe, 0x060400)).unbound())
                    .device(
                            SimDevice.of(FIRST.name(), new EduModel())
                                    .inGroup(GROUP)
                                    .behind(BRIDGE))
                    .device(
                            SimDevice.of(SECOND.name(), new EduModel())
                                    .inGroup(GROUP)
                                    .behind(BRIDGE))
                    .device(SimDevice.of(THIRD.name(), new EduModel()).behind(BRIDGE))
                    .build();
    private final Vfio vfio = Vfio.on(kernel.host());

    @AfterEach
    void nothingIsLeft() {
        vfio.close();
        assertEquals(List.of(), kernel.leftovers());
        kernel.close();
    }

    private PciDevice attach(PciAddress address, String backend) {
        return vfio.addressSpace().attach(address, AttachOptions.defaults().backend(backend));
    }

    @ParameterizedTest
    @ValueSource(strings = {"legacy", "iommufd"})
    void refusedResetLeavesInterruptsAndBusMasteringAsTheyWere(String backend) {
        try (PciDevice one = attach(FIRST, backend);
                PciDevice third = attach(THIRD, backend)) {
            Arrivals arrivals = new Arrivals();
            one.msi().listen(0, arrivals);
            third.intx().listen(0, arrivals);
            third.intx().mask(0);
            int command = one.config().getShort(COMMAND);
            kernel.failNext(REQUEST, Errno.ENOTTY);

            VfioException refused = assertThrows(VfioException.class, one.hotReset()::execute);

            assertEquals(OptionalInt.of(Errno.ENOTTY.number()), refused.errno());
            assertThat(refused).hasMessageContaining(REQUEST).hasMessageContaining("in its log");
            assertEquals(command, one.config().getShort(COMMAND));
            assertEquals(List.of(0), third.intx().enabled());
            one.msi().trigger(0);
            assertEquals(0, arrivals.next());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"legacy", "iommufd"})
    void nothingIsResetIfAFunctionCannotBeMadeQuiet(String backend) {
        try (PciDevice one = attach(FIRST, backend);
                PciDevice third = attach(THIRD, backend)) {
            one.msi().listen(0, vector -> {});
            kernel.failNext("VFIO_DEVICE_SET_IRQS", Errno.EIO);

            assertThrows(VfioException.class, one.hotReset()::execute);

            assertThat(kernel.requestNames()).doesNotContain(REQUEST);
            one.hotReset().execute();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"legacy", "iommufd"})
    void lookThatTheKernelRefusesIsTold(String backend) {
        try (PciDevice one = attach(FIRST, backend)) {
            kernel.failNext("VFIO_DEVICE_GET_PCI_HOT_RESET_INFO", Errno.EIO);
            VfioException refused = assertThrows(VfioException.class, one::hotReset);
            assertThat(refused).hasMessageContaining(FIRST.name()).hasMessageContaining("EIO");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"legacy", "iommufd"})
    void functionOfAGroupOfOursIsOursAndOneOfAnotherIsNot(String backend) {
        try (PciDevice one = attach(FIRST, backend)) {
            HotResetPlan plan = one.hotReset();
            assertEquals(
                    List.of(Holding.OPEN, Holding.BY_GROUP, Holding.NOT_OURS),
                    plan.functions().stream().map(each -> each.holding()).toList());
            assertThat(plan.obstacles()).singleElement().asString().startsWith(THIRD.name());
            assertThat(plan.toString()).contains("(attached)", "(ours by its group)", "(not ours)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"legacy", "iommufd"})
    void oneResetOfTheBusIsForAllDevicesWithoutTheirOwn(String backend) {
        try (PciDevice one = attach(FIRST, backend);
                PciDevice other = attach(SECOND, backend);
                PciDevice third = attach(THIRD, backend)) {
            List<DeviceReset> resets = vfio.resetAll();

            assertThat(resets).extracting(DeviceReset::method).containsOnly(DeviceReset.Method.HOT);
            assertThat(resets)
                    .extracting(DeviceReset::device)
                    .containsExactly(one.name(), other.name(), third.name());
            assertThat(kernel.requestNames()).containsOnlyOnce(REQUEST);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"legacy", "iommufd"})
    void deviceThatCannotBeResetSaysWhy(String backend) {
        try (PciDevice one = attach(FIRST, backend)) {
            List<DeviceReset> impossible = vfio.resetAll();
            assertThat(impossible)
                    .singleElement()
                    .matches(each -> each.method() == DeviceReset.Method.NONE)
                    .matches(each -> each.explanation().contains(THIRD.name()));
            try (PciDevice third = attach(THIRD, backend)) {
                kernel.failNext("VFIO_DEVICE_GET_PCI_HOT_RESET_INFO", Errno.EIO);
                assertThat(vfio.resetAll())
                        .as("the bus is tried again for the second")
                        .extracting(DeviceReset::method)
                        .containsOnly(DeviceReset.Method.HOT);
            }
        }
    }
}
