// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvfio.ProviderStatus;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.CcwDevice;
import org.jvfio.device.ChannelResult;
import org.jvfio.device.Crw;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.Orb;
import org.jvfio.device.SubchannelAddress;
import org.jvfio.linux.MdevTypes;
import org.jvfio.testkit.SimKernel;
import org.jvfio.testkit.device.DeviceBus;
import org.jvfio.testkit.device.ModelInterrupt;
import org.jvfio.testkit.device.ModelRegion;
import org.jvfio.testkit.device.SimSubchannel;
import org.jvfio.testkit.device.SubchannelModel;
import org.jvfio.testkit.device.VfioModel;
import org.jvfio.testkit.driver.Arrivals;

/** Subchannels that cannot be had, and those of kernels that offer less. */
final class SubchannelRefusalTest {
    private static final SubchannelAddress ADDRESS = SubchannelAddress.of("0.0.0002");
    private static final UUID NAME = UUID.fromString("7e270a25-e163-4922-af60-757fc8ed48c6");

    /** A subchannel whose regions and interrupts are what a test says. */
    private record Altered(
            SubchannelModel model, List<ModelRegion> regions, List<ModelInterrupt> interrupts)
            implements VfioModel {
        @Override
        public String name() {
            return model.name();
        }

        @Override
        public int flags() {
            return model.flags();
        }

        @Override
        public String bus() {
            return model.bus();
        }

        @Override
        public String driver() {
            return model.driver();
        }

        @Override
        public boolean resettable() {
            return true;
        }

        @Override
        public void connect(DeviceBus machine) {
            model.connect(machine);
        }

        @Override
        public void read(int region, long position, byte[] target) {
            model.read(region, position, target);
        }

        @Override
        public void write(int region, long position, byte[] source) {
            model.write(region, position, source);
        }

        @Override
        public void reset() {
            model.reset();
        }
    }

    private static VfioModel altered(int region, ModelRegion other) {
        SubchannelModel model = new SubchannelModel(0x10);
        List<ModelRegion> regions = new ArrayList<>(model.regions());
        regions.set(region, other);
        return new Altered(model, regions, model.interrupts());
    }

    private static SimKernel machine(VfioModel model) {
        SimKernel kernel =
                SimKernel.builder()
                        .subchannel(SimSubchannel.of(ADDRESS.name(), "0.0.0010", () -> model))
                        .build();
        MdevTypes.on(kernel.host()).find(ADDRESS.name(), "vfio_ccw-io").orElseThrow().create(NAME);
        return kernel;
    }

    private static void assertRefused(VfioModel model, String... words) {
        try (SimKernel kernel = machine(model);
                Vfio vfio = Vfio.builder().host(kernel.host()).open()) {
            assertThat(assertThrows(VfioException.class, () -> vfio.addressSpace().attach(ADDRESS)))
                    .hasMessageContainingAll(words);
            vfio.close();
            kernel.assertNothingLeft();
        }
    }

    @Test
    void regionOfAnotherSizeIsRefusedByName() {
        assertRefused(altered(0, ModelRegion.of(128)), NAME.toString(), "I/O region", "128", "124");
        assertRefused(altered(1, ModelRegion.typed(16, 2, 1)), "command region", "16", "8");
        assertRefused(altered(2, ModelRegion.typed(48, 2, 2)), "schib region", "48", "52");
        assertRefused(altered(3, ModelRegion.typed(4, 2, 3)), "crw region", "4", "8");
    }

    @Test
    void subchannelWithoutRegionsOrInterruptsIsRefused() {
        SubchannelModel model = new SubchannelModel(0x10);

        assertRefused(new Altered(model, List.of(), model.interrupts()), "no regions");
        assertRefused(new Altered(model, model.regions(), List.of()), "no I/O interrupt");
    }

    @Test
    void oldKernelStartsProgramsAndNothingElse() {
        SubchannelModel model = new SubchannelModel(0x10);
        VfioModel old =
                new Altered(model, model.regions().subList(0, 1), model.interrupts().subList(0, 1));
        try (SimKernel kernel = machine(old);
                Vfio vfio = Vfio.builder().host(kernel.host()).open();
                CcwDevice device = vfio.addressSpace().attach(ADDRESS)) {
            assertFalse(device.haltsAndClears());
            assertEquals(ChannelResult.UNSUPPORTED, device.halt());
            assertEquals(ChannelResult.UNSUPPORTED, device.clear());
            assertEquals(Optional.empty(), device.schib());
            assertEquals(Optional.empty(), device.nextReport());
            assertEquals(Optional.empty(), device.reportInterrupt());
            assertEquals(Optional.empty(), device.requestInterrupt());
            assertEquals(ChannelResult.PROGRAM_REFUSED, device.start(Orb.of(0x1000)));
        }
    }

    @Test
    void reportsAreTakenOneByOne() {
        SubchannelModel model = new SubchannelModel(0x10);
        Arrivals arrivals = new Arrivals();
        try (SimKernel kernel = machine(model);
                Vfio vfio = Vfio.builder().host(kernel.host()).open();
                CcwDevice device = vfio.addressSpace().attach(ADDRESS)) {
            device.reportInterrupt().orElseThrow().listen(0, arrivals);

            model.report(0x0406_0042);

            assertEquals(0, arrivals.next());
            Crw report = device.nextReport().orElseThrow();
            assertEquals(Crw.CHANNEL_PATH, report.source());
            assertEquals(0x42, report.sourceId());
            assertEquals(Optional.empty(), device.nextReport());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 9})
    void subchannelOfAnotherTypeIsNotListedAndSaysWhy(int type) {
        try (SimKernel kernel =
                        SimKernel.builder()
                                .subchannel(
                                        SimSubchannel.random(ADDRESS.name(), 0x10)
                                                .unbound()
                                                .ofType(type))
                                .build();
                Vfio vfio = Vfio.builder().host(kernel.host()).open()) {
            assertEquals(List.of(), vfio.devices());
            assertThat(vfio.device(ADDRESS.name()).obstacles())
                    .singleElement()
                    .asString()
                    .contains("type " + type, "I/O subchannels alone");
        }
    }

    @Test
    void subchannelWithoutADriverSaysHowToBindIt() {
        try (SimKernel kernel =
                        SimKernel.builder()
                                .subchannel(SimSubchannel.random(ADDRESS.name(), 0x10).unbound())
                                .build();
                Vfio vfio = Vfio.builder().host(kernel.host()).open()) {
            DeviceNode node = vfio.device(ADDRESS.name());

            assertEquals("I/O subchannel of device 0.0.0010", node.description());
            assertThat(node.obstacles().get(0))
                    .contains("no driver", "driver_override", "drivers_probe")
                    .doesNotContain("unbind");
        }
    }

    @Test
    void machineWithoutAChannelSubsystemSaysSo() {
        try (SimKernel kernel = SimKernel.builder().build();
                Vfio vfio = Vfio.builder().host(kernel.host()).open()) {
            ProviderStatus status =
                    vfio.buses().stream()
                            .filter(bus -> bus.name().equals("ccw"))
                            .findFirst()
                            .orElseThrow();

            assertFalse(status.usable());
            assertThat(status.explanation()).contains("no /sys/bus/css");
        }
    }
}
