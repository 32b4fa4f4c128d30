// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.AttachOptions;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.DeviceReset;
import org.jvfio.device.DeviceTreeNode;
import org.jvfio.device.Mmio;
import org.jvfio.device.PciDevice;
import org.jvfio.device.PlatformAddress;
import org.jvfio.device.PlatformDevice;
import org.jvfio.device.Region;
import org.jvfio.device.Registers;
import org.jvfio.spi.NativeMemory;
import org.jvfio.testkit.driver.EduDriver;
import org.jvfio.testkit.driver.Pl031Driver;

/** Platform devices: what they are, their regions, memory for them, and their reset. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class PlatformContract extends Contract {
    private static final List<Integer> IDENTIFICATION =
            List.of(0x31, 0x10, 0x14, 0, 0x0d, 0xf0, 0x05, 0xb1);
    private static final int REGISTERS_BYTES = 0x1000;
    private static final int IDENTIFICATION_BYTES = 0x20;
    private static final int VIRTIO_MAGIC = 0x74726976;
    private static final int BYTES = EduDriver.BUFFER_BYTES;
    private static final int PATIENCE_SECONDS = 60;

    /** For extension. */
    protected PlatformContract() {}

    /**
     * A real-time clock PL031 with two regions, {@code registers} and {@code identification}, and
     * the interrupt {@code alarm}.
     */
    protected abstract PlatformAddress clock();

    /** An empty slot for a virtio device. */
    protected abstract PlatformAddress slot();

    private PlatformDevice attach(PlatformAddress address) {
        return space().attach(address, AttachOptions.defaults().backend(bench().backend()));
    }

    @Test
    void deviceIsFoundByItsNameAndByItsPath() {
        DeviceNode node = vfio().device(clock().name());

        assertEquals("platform", node.bus());
        assertEquals("jvfio,pl031", node.description());
        assertEquals("vfio-platform", node.driver().orElseThrow());
        assertEquals(List.of(), node.obstacles());
        assertTrue(node.group().isPresent() && node.cdev().isPresent());
        assertEquals(node, vfio().device("/sys/bus/platform/devices/" + clock().name()));
        assertTrue(vfio().devices().contains(node));
        assertEquals(clock(), PlatformAddress.of(node.path()));
    }

    @Test
    void deviceThatIsNotThereIsRefused() {
        PlatformAddress nobody = PlatformAddress.of("dead000.nobody");

        assertNames(assertThrows(VfioException.class, () -> attach(nobody)), nobody.name());
        assertNames(
                assertThrows(VfioException.class, () -> vfio().device(nobody.name())),
                nobody.name(),
                "no such platform device");
    }

    @Test
    void deviceIsAttachedOnce() {
        try (PlatformDevice device = attach(clock())) {
            assertThrows(IllegalStateException.class, () -> attach(clock()));
            assertEquals(REGISTERS_BYTES, device.region("registers").size());
        }
    }

    @Test
    void regionsHaveIndexesAndTheNamesOfTheDeviceTree() {
        try (PlatformDevice device = attach(clock())) {
            assertEquals(2, device.regionCount());
            assertEquals("registers", device.region(0).name());
            assertEquals(1, device.region("identification").index());
            assertEquals(REGISTERS_BYTES, device.region(0).size());
            assertEquals(IDENTIFICATION_BYTES, device.region(1).size());
            assertTrue(device.region(0).readable() && device.region(0).writable());
            assertEquals(1, device.interruptCount());
            assertEquals("alarm", device.interrupts(0).name());
            assertEquals(1, device.interrupts("alarm").count());
        }
    }

    @Test
    void regionsAndInterruptsThatAreNotThereAreRefused() {
        try (PlatformDevice device = attach(clock())) {
            String name = clock().name();
            assertNames(
                    assertThrows(IndexOutOfBoundsException.class, () -> device.region(2)),
                    name,
                    "region 2",
                    "there are 2");
            assertNames(
                    assertThrows(IndexOutOfBoundsException.class, () -> device.interrupts(1)),
                    name,
                    "interrupt index 1",
                    "there are 1");
            assertNames(
                    assertThrows(IllegalArgumentException.class, () -> device.region("alarm")),
                    name,
                    "\"alarm\"",
                    "registers, identification");
            assertNames(
                    assertThrows(IllegalArgumentException.class, () -> device.interrupts("tick")),
                    name,
                    "\"tick\"",
                    "alarm");
        }
    }

    @Test
    void registersAreReadAndWritten() {
        try (PlatformDevice device = attach(clock());
                Pl031Driver driver = new Pl031Driver(device.region("registers"))) {
            Region registers = device.region("registers");
            driver.alarmAt(0x1234_5678);
            assertEquals(0x1234_5678, registers.getInt(Pl031Driver.MATCH));
            driver.time(5_000);
            int passed = driver.time() - 5_000;
            assertTrue(passed >= 0 && passed < PATIENCE_SECONDS, () -> passed + " seconds");
            for (int i = 0; i < IDENTIFICATION.size(); i++) {
                int expected = IDENTIFICATION.get(i);
                assertEquals(expected, registers.getInt(Pl031Driver.IDENTIFICATION + 4L * i));
                assertEquals(expected, device.region(1).getInt(4L * i));
            }
        }
    }

    @Test
    void registersAreReadInEveryWidth() {
        try (PlatformDevice device = attach(clock())) {
            Region registers = device.region(0);
            assertEquals(0x31, registers.getByte(Pl031Driver.IDENTIFICATION));
            assertEquals(0x31, registers.getShort(Pl031Driver.IDENTIFICATION));
            assertEquals(0x0000_0010_0000_0031L, registers.getLong(Pl031Driver.IDENTIFICATION));
            registers.putShort(Pl031Driver.MATCH, (short) 7);
            assertEquals(7, registers.getInt(Pl031Driver.MATCH));
            assertThrows(IllegalArgumentException.class, () -> registers.getInt(2));
            assertNames(
                    assertThrows(
                            IndexOutOfBoundsException.class,
                            () -> registers.getInt(REGISTERS_BYTES)),
                    clock().name(),
                    "registers");
        }
    }

    @Test
    void registersAreMappedIfTheyAreWholePages() {
        if (registersAreWholePages()) {
            assertRegistersAreMapped();
        } else {
            assertRegistersAreNotMapped();
        }
    }

    private boolean registersAreWholePages() {
        return REGISTERS_BYTES % vfio().host().pageSize() == 0;
    }

    private void assertRegistersAreNotMapped() {
        try (PlatformDevice device = attach(clock())) {
            Region registers = device.region("registers");
            assertEquals(List.of(), registers.mappableAreas());
            assertNames(
                    assertThrows(VfioException.class, registers::map),
                    clock().name(),
                    "registers",
                    "access it through the region itself");
        }
    }

    private void assertRegistersAreMapped() {
        try (PlatformDevice device = attach(clock());
                Mmio mapped = device.region("registers").map()) {
            assertEquals(REGISTERS_BYTES, mapped.size());
            assertEquals(0x31, mapped.getInt(Pl031Driver.IDENTIFICATION));
            mapped.putInt(Pl031Driver.MATCH, 0x0bad_cafe);
            assertBecomes(0x0bad_cafe, () -> device.region(0).getInt(Pl031Driver.MATCH));
            device.region(0).putInt(Pl031Driver.MATCH, 7_777);
            assertBecomes(7_777, () -> mapped.getInt(Pl031Driver.MATCH));
        }
    }

    @Test
    void regionsThatAreNoWholePagesAreReachedThroughTheKernelAlone() {
        try (PlatformDevice device = attach(clock());
                PlatformDevice other = attach(slot())) {
            Region part = device.region("identification");
            assertEquals(List.of(), part.mappableAreas());
            assertNames(
                    assertThrows(VfioException.class, part::map),
                    clock().name(),
                    "identification",
                    "mmap");
            assertNames(
                    assertThrows(VfioException.class, () -> other.region(0).map()),
                    slot().name(),
                    "region 0",
                    "mmap");
            assertEquals(VIRTIO_MAGIC, other.region(0).getInt(0));
        }
    }

    @Test
    void memoryIsMappedForIt() {
        NativeMemory memory = memory(BYTES);
        space().map(onePage(), memory.address(), Access.READ_WRITE);
        try (PlatformDevice device = attach(clock())) {
            assertEquals(bench().backend(), device.backend());
            assertEquals(
                    before().pinnedBytes() + onePage().length(), bench().holdings().pinnedBytes());
            assertThrows(
                    IllegalArgumentException.class,
                    () -> space().map(onePage(), memory.address(), Access.READ_WRITE));
            assertEquals(onePage().length(), space().unmap(onePage()));
            assertEquals(before().pinnedBytes(), bench().holdings().pinnedBytes());
        }
    }

    @Test
    void memoryIsSharedWithAPciDevice() {
        NativeMemory memory = memory(BYTES);
        space().map(onePage(), memory.address(), Access.READ_WRITE);
        try (PlatformDevice platform = attach(clock());
                PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            Pattern.of(3, BYTES).putInto(memory.window(0));
            edu.load(onePage().first(), BYTES);
            Pattern.only(0, BYTES).putInto(memory.window(0));
            edu.store(onePage().first(), BYTES);
            Pattern.of(3, BYTES).assertIn(memory.window(0));

            assertEquals(List.of(platform, device), space().devices());
            assertEquals(0x31, platform.region(1).getInt(0));
        }
    }

    @Test
    void deviceWithoutResetSaysSoAndStaysAsItWasLeft() {
        try (PlatformDevice device = attach(clock())) {
            device.region(0).putInt(Pl031Driver.MATCH, 123);

            assertFalse(device.resettable());
            assertNames(
                    assertThrows(VfioException.class, device::reset),
                    clock().name(),
                    "VFIO_DEVICE_RESET",
                    "no reset driver",
                    "registers");
            List<DeviceReset> resets = vfio().resetAll();
            assertEquals(DeviceReset.Method.NONE, resets.get(0).method());
        }
        try (PlatformDevice again = attach(clock())) {
            assertEquals(123, again.region(0).getInt(Pl031Driver.MATCH));
        }
    }

    @Test
    void deviceTreeTellsOfTheDevice() {
        try (PlatformDevice device = attach(clock())) {
            DeviceTreeNode node = device.deviceTree().orElseThrow();

            assertEquals("/pl031@9010000", node.path());
            assertEquals("pl031@9010000", node.name());
            assertEquals(List.of("jvfio,pl031"), node.compatible());
            assertEquals(
                    List.of("registers", "identification"),
                    node.strings("reg-names").orElseThrow());
            assertEquals(
                    List.of(0, 0x9010000, 0, 0x1000, 0, 0x9010fe0, 0, 0x20),
                    node.cells("reg").orElseThrow());
            assertFalse(node.properties().contains("name"));
            assertTrue(node.properties().contains("interrupts"));
            assertTrue(node.bytes("no-such-property").isEmpty());
            assertEquals(List.of(), node.children());
            DeviceTreeNode.Clock clock = node.clocks().get(0);
            assertEquals(1, node.clocks().size());
            assertEquals("apb_pclk", clock.name().orElseThrow());
            assertEquals("/apb-pclk", clock.provider());
            assertEquals(List.of(), clock.specifier());
            assertEquals(List.of(clock.phandle()), node.cells("clocks").orElseThrow());
        }
    }

    @Test
    void propertyThatSaysAllByBeingThereHasNoBytes() {
        try (PlatformDevice device = attach(slot())) {
            DeviceTreeNode node = device.deviceTree().orElseThrow();

            assertEquals(0, node.bytes("dma-coherent").orElseThrow().length);
            assertEquals(List.of(), node.cells("dma-coherent").orElseThrow());
            assertEquals(List.of(), node.clocks());
            assertEquals(List.of("virtio,mmio"), node.compatible());
        }
    }

    @Test
    void propertyThatHoldsSomethingElseIsRefused() {
        try (PlatformDevice device = attach(clock())) {
            DeviceTreeNode node = device.deviceTree().orElseThrow();

            assertNames(
                    assertThrows(IllegalArgumentException.class, () -> node.cells("reg-names")),
                    "reg-names",
                    "/pl031@9010000",
                    "bytes");
            assertNames(
                    assertThrows(IllegalArgumentException.class, () -> node.strings("reg")),
                    "reg",
                    "/pl031@9010000",
                    "bytes");
        }
    }

    @Test
    void closedDeviceAnswersNothing() {
        PlatformDevice device = attach(clock());
        Region registers = device.region("registers");
        Registers mapped = registersAreWholePages() ? registers.map() : registers;
        device.close();
        device.close();

        assertThrows(IllegalStateException.class, () -> registers.getInt(0));
        assertThrows(IllegalStateException.class, () -> mapped.getInt(0));
        assertThrows(IllegalStateException.class, registers::map);
        assertThrows(IllegalStateException.class, device::reset);
        assertThrows(IllegalStateException.class, device::deviceTree);
        assertThrows(
                IllegalStateException.class, () -> device.interrupts(0).listen(0, vector -> {}));
    }
}
