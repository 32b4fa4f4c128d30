// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.jvfio.AttachOptions;
import org.jvfio.Descriptor;
import org.jvfio.VfioException;
import org.jvfio.device.CcwDevice;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.MdevAddress;
import org.jvfio.device.Orb;
import org.jvfio.device.Schib;
import org.jvfio.device.Scsw.Activity;
import org.jvfio.device.SubchannelAddress;
import org.jvfio.linux.Fcntl;
import org.jvfio.testkit.driver.Arrivals;
import org.jvfio.testkit.driver.ChannelDriver;

/** Subchannels and the devices made of them: found, attached, asked for, given back. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class SubchannelContract extends SubchannelSuite {
    /** For extension. */
    protected SubchannelContract() {}

    @Test
    void subchannelIsKnownByTheDeviceMadeOfIt() {
        DeviceNode node = vfio().device(disk().name());

        assertEquals(diskName().toString(), node.name());
        assertEquals("ccw", node.bus());
        assertTrue(node.mediated());
        assertEquals(List.of(), node.obstacles());
        assertNames(new IllegalStateException(node.description()), "vfio_ccw-io", disk().name());
        assertEquals(node, vfio().device(diskName().toString()));
        assertEquals(node, vfio().device("/sys/bus/css/devices/" + disk().name()));
        assertTrue(vfio().devices().contains(node), "listed");
    }

    @Test
    void deviceHasItsRegionsAndInterrupts() {
        try (CcwDevice device = attach(disk())) {
            assertEquals(disk(), device.subchannel());
            assertEquals(bench().backend(), device.backend());
            assertTrue(device.haltsAndClears());
            assertTrue(device.resettable());
            assertEquals(4, device.regionCount());
            assertEquals(3, device.interruptCount());
            assertEquals(124, device.region(0).size());
            assertTrue(device.region(1).writable());
            assertFalse(device.region(2).writable());
            assertEquals(1, device.ioInterrupt().count());
            assertFalse(device.ioInterrupt().maskable());
            assertTrue(device.reportInterrupt().isPresent());
            assertTrue(device.requestInterrupt().isPresent());
            assertEquals(Optional.empty(), device.migration());
        }
    }

    @Test
    void subchannelTellsItsState() {
        try (CcwDevice device = attach(disk())) {
            Schib schib = device.schib().orElseThrow();

            assertTrue(schib.enabled());
            assertEquals(OptionalInt.of(subchannels().diskNumber()), schib.deviceNumber());
            assertEquals(0x80, schib.installedPaths());
            assertEquals(0x80, schib.availablePaths());
            assertEquals(0x80, schib.logicalPaths());
            assertEquals(0, schib.notOperationalPaths());
            assertEquals(EnumSet.noneOf(Activity.class), schib.scsw().activity());
            assertEquals(Optional.empty(), device.nextReport());
        }
    }

    @Test
    void interruptsAreTriggeredAndReleased() {
        Arrivals arrivals = new Arrivals();
        try (CcwDevice device = attach(disk())) {
            device.reportInterrupt().orElseThrow().listen(0, arrivals);
            device.reportInterrupt().orElseThrow().trigger(0);
            assertEquals(0, arrivals.next());
            device.reportInterrupt().orElseThrow().release(0);
            assertEquals(List.of(), device.reportInterrupt().orElseThrow().enabled());
            assertThrows(VfioException.class, () -> device.ioInterrupt().mask(0));
        }
    }

    @Test
    void whoRemovesTheDeviceAsksForItFirst() throws InterruptedException {
        CcwDevice device = attach(disk());
        Arrivals asked = new Arrivals();
        device.requestInterrupt()
                .orElseThrow()
                .listen(
                        0,
                        vector -> {
                            device.close();
                            asked.interrupted(vector);
                        });
        Thread remover = new Thread(() -> remove(diskName()));

        remover.start();

        assertEquals(0, asked.next());
        remover.join();
        assertNames(assertThrows(VfioException.class, () -> attach(disk())), "no mediated device");
    }

    @Test
    void closedDeviceAnswersNothing() {
        CcwDevice device = attach(disk());
        device.close();
        device.close();

        assertThrows(IllegalStateException.class, () -> device.start(Orb.of(0)));
        assertThrows(IllegalStateException.class, device::halt);
        assertThrows(IllegalStateException.class, device::irb);
        assertThrows(IllegalStateException.class, device::schib);
        assertThrows(IllegalStateException.class, device::nextReport);
    }

    @Test
    void deviceIsAttachedOnce() {
        try (CcwDevice device = attach(disk())) {
            assertThrows(IllegalStateException.class, () -> attach(disk()));
            assertThrows(IllegalStateException.class, () -> attach(MdevAddress.ccw(diskName())));
            assertEquals(Optional.empty(), device.nextReport());
        }
    }

    @Test
    void subchannelWithoutADeviceSaysHowToMakeOne() {
        VfioException refused =
                assertThrows(VfioException.class, () -> attach(subchannels().spare()));

        assertNames(refused, subchannels().spare().name(), "uuidgen", "vfio_ccw-io/create");
        assertTrue(
                vfio().devices().stream()
                        .anyMatch(node -> node.name().equals(subchannels().spare().name())),
                "listed all the same");
    }

    @Test
    void subchannelOfAnotherDriverSaysHowToBindIt() {
        DeviceNode node = vfio().device(subchannels().foreign().name());

        assertEquals(Optional.of("io_subchannel"), node.driver());
        assertEquals(2, node.obstacles().size());
        assertNames(
                assertThrows(VfioException.class, () -> attach(subchannels().foreign())),
                subchannels().foreign().name(),
                "bound to io_subchannel",
                "driver_override",
                "/sys/bus/css/drivers_probe");
    }

    @Test
    void subchannelThatIsNotThereIsRefused() {
        SubchannelAddress nobody = SubchannelAddress.of("0.0.ffff");

        assertNames(assertThrows(VfioException.class, () -> attach(nobody)), "0.0.ffff");
        assertNames(
                assertThrows(
                        VfioException.class,
                        () -> attach(MdevAddress.ccw(new UUID(0x4000, 0x8000000000000000L)))),
                "00000000-0000-4000-8000-000000000000");
    }

    @Test
    void characterDeviceThatSomebodyElseOpenedIsTaken() {
        String cdev = vfio().device(disk().name()).cdev().orElseThrow();
        int descriptor = kernel().open(cdev, Fcntl.O_RDWR);
        AttachOptions passed = AttachOptions.defaults().descriptor(Descriptor.owned(descriptor));
        try (CcwDevice device = space().attach(disk(), passed);
                ChannelDriver driver = ChannelDriver.start(device)) {
            assertEquals("iommufd", device.backend());
            assertEquals(disk(), device.subchannel());
            assertEquals(DISK, driver.identity());
        }
    }
}
