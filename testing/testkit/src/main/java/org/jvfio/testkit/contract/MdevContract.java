// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.DmaBuffer;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.MdevAddress;
import org.jvfio.device.Mmio;
import org.jvfio.device.PciDevice;
import org.jvfio.device.Region;
import org.jvfio.linux.Errno;
import org.jvfio.linux.MdevType;
import org.jvfio.spi.NativeMemory;
import org.jvfio.testkit.driver.EduDriver;

/** Mediated devices, alone and beside others: the kernel's samples mtty and mdpy. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class MdevContract extends Contract {
    private static final int MTTY_VENDOR = 0x4348;
    private static final int MDPY_VENDOR = 0x1b36;
    private static final int VENDOR_CAPABILITY = 9;
    private static final int WIDTH_AT = 8;
    private static final int WIDTH = 640;
    private static final int SCREEN_BYTES = 0x20_0000;
    private static final int BYTES = EduDriver.BUFFER_BYTES;
    private static final UUID NOBODY = UUID.fromString("00000000-0000-4000-8000-00000000dead");

    private Mdevs mdevs;

    /** For extension. */
    protected MdevContract() {}

    @BeforeEach
    final void lookForTypes() {
        mdevs = new Mdevs(vfio());
    }

    @AfterEach
    final void removeWhatWasMade() {
        mdevs.close();
    }

    private PciDevice attach(MdevAddress<PciDevice> address) {
        return attach(space(), address, bench().backend());
    }

    private static PciDevice attach(
            AddressSpace space, MdevAddress<PciDevice> address, String backend) {
        return space.attach(address, AttachOptions.defaults().backend(backend));
    }

    private static void assertPortWorks(PciDevice port) {
        Mdevs.put(port, "jvfio");
        Mdevs.assertHas(port, "jvfio");
    }

    private void assertReaches(EduDriver edu, NativeMemory memory, int seed) {
        Pattern.of(seed, BYTES).putInto(memory.window(0));
        edu.load(onePage().first(), BYTES);
        Pattern.only(0, BYTES).putInto(memory.window(0));
        edu.store(onePage().first(), BYTES);
        Pattern.of(seed, BYTES).assertIn(memory.window(0));
    }

    @Test
    void deviceIsFoundByItsNameAndByItsPath() {
        MdevAddress<PciDevice> made = mdevs.make(Mdevs.DUAL_PORT);

        DeviceNode node = vfio().device(made.name());

        assertTrue(node.mediated());
        assertEquals("pci", node.bus());
        assertEquals("mtty-2 of mtty: Dual port serial", node.description());
        assertEquals(List.of(), node.obstacles());
        assertEquals("mtty", node.driver().orElseThrow());
        assertTrue(node.group().isPresent() && node.cdev().isPresent());
        assertEquals(node, vfio().device("/sys/bus/mdev/devices/" + made.name()));
        assertEquals(node, vfio().device(made.name().toUpperCase(Locale.ROOT)));
        assertTrue(vfio().devices().contains(node));
        assertFalse(vfio().device(bench().edu().name()).mediated());
    }

    @Test
    void deviceAloneIsReachedAndPinsNothing() {
        NativeMemory memory = memory(BYTES);
        try (PciDevice port = attach(mdevs.make(Mdevs.DUAL_PORT))) {
            assertEquals(bench().backend(), port.backend());
            assertEquals(MTTY_VENDOR, port.config().vendorId());
            assertPortWorks(port);
            space().map(onePage(), memory.address(), Access.READ_WRITE);

            assertEquals(before().pinnedBytes(), bench().holdings().pinnedBytes());
            assertEquals(onePage().length(), space().unmap(onePage()));
        }
    }

    @Test
    void registersOfAPortAreNotMapped() {
        try (PciDevice port = attach(mdevs.make(Mdevs.DUAL_PORT))) {
            Region registers = port.bar(0);

            assertEquals(List.of(), registers.mappableAreas());
            assertNames(assertThrows(VfioException.class, registers::map), "BAR 0", "mmap");
            assertEquals(1, port.intx().count());
            assertEquals(1, port.msi().count());
            assertEquals(0, port.msix().count());
        }
    }

    @Test
    void framebufferIsMappedAndWritten() {
        try (PciDevice screen = attach(mdevs.make(Mdevs.SCREEN))) {
            assertEquals(SCREEN_BYTES, screen.bar(0).size());
            assertEquals(MDPY_VENDOR, screen.config().vendorId());
            try (Mmio mapped = screen.bar(0).map();
                    Mmio page = screen.bar(0).map(0, 4096)) {
                mapped.putInt(0x100, 0x00ff_8040);
                mapped.putLong(SCREEN_BYTES - 8, 0x1122_3344_5566_7788L);
                assertEquals(0x00ff_8040, page.getInt(0x100));
            }
            try (Mmio again = screen.bar(0).map()) {
                assertEquals(0x00ff_8040, again.getInt(0x100));
                assertEquals(0x1122_3344_5566_7788L, again.getLong(SCREEN_BYTES - 8));
            }
            assertEquals(0, screen.bar(1).size());
        }
    }

    @Test
    void displayTellsItsSizeInACapability() {
        try (PciDevice screen = attach(mdevs.make(Mdevs.SCREEN))) {
            int at = screen.config().capability(VENDOR_CAPABILITY).orElseThrow().offset();

            assertEquals(1, screen.config().capabilities().size());
            assertEquals(WIDTH, screen.config().getInt(at + WIDTH_AT));
        }
    }

    @Test
    void deviceIsMixedWithARealOneInEitherOrder() {
        NativeMemory memory = memory(BYTES);
        space().map(onePage(), memory.address(), Access.READ_WRITE);
        MdevAddress<PciDevice> made = mdevs.make(Mdevs.DUAL_PORT);
        try (PciDevice port = attach(made);
                PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            assertReaches(edu, memory, 1);
            assertPortWorks(port);
            port.close();
            assertReaches(edu, memory, 2);
            try (PciDevice later = attach(made)) {
                assertReaches(edu, memory, 3);
                assertPortWorks(later);
            }
        }
    }

    @Test
    void deviceStaysWhenTheRealOneHasGone() {
        NativeMemory memory = memory(BYTES);
        try (PciDevice port = attach(mdevs.make(Mdevs.DUAL_PORT))) {
            space().map(onePage(), memory.address(), Access.READ_WRITE);
            for (int round = 0; round < 2; round++) {
                try (PciDevice device = attach(bench().edu());
                        EduDriver edu = EduDriver.start(device)) {
                    assertReaches(edu, memory, round);
                }
                assertPortWorks(port);
                assertEquals(before().pinnedBytes(), bench().holdings().pinnedBytes());
            }
            assertEquals(onePage().length(), space().unmap(onePage()));
        }
    }

    @Test
    void deviceAndARealOneAreBehindDifferentBackends() {
        String other = bench().otherBackend().orElseThrow();
        NativeMemory memory = memory(BYTES);
        MdevAddress<PciDevice> made = mdevs.make(Mdevs.DUAL_PORT);
        try (PciDevice port = attach(made);
                PciDevice screen = attach(space(), mdevs.make(Mdevs.SCREEN), other);
                PciDevice device =
                        space().attach(bench().edu(), AttachOptions.defaults().backend(other));
                EduDriver edu = EduDriver.start(device);
                DmaBuffer buffer = space().allocate(BYTES)) {
            space().map(onePage(), memory.address(), Access.READ_WRITE);

            assertReaches(edu, memory, 4);
            assertPortWorks(port);
            assertEquals(List.of(port, screen, device), space().devices());
            assertEquals(MDPY_VENDOR, screen.config().vendorId());
            space().unmap(onePage());
        }
    }

    @Test
    void devicesAreInAddressSpacesOfTheirOwn() {
        AddressSpace otherSpace = vfio().newAddressSpace();
        try (PciDevice one = attach(mdevs.make(Mdevs.DUAL_PORT));
                PciDevice other =
                        attach(otherSpace, mdevs.make(Mdevs.DUAL_PORT), bench().backend())) {
            one.bar(0).putByte(0, (byte) '1');
            other.bar(0).putByte(0, (byte) '2');

            assertEquals('1', one.bar(0).getByte(0));
            assertEquals('2', other.bar(0).getByte(0));
        }
    }

    @Test
    void typesTellHowManyMoreThereCanBe() {
        MdevType type = mdevs.type(Mdevs.SCREEN);
        int free = type.availableInstances().orElseThrow();

        MdevAddress<PciDevice> made = mdevs.make(Mdevs.SCREEN);

        assertEquals(OptionalInt.of(free - 1), type.availableInstances());
        mdevs.remove(made.uuid());
        assertEquals(OptionalInt.of(free), type.availableInstances());
        assertEquals("vfio-pci", type.deviceApi());
        assertEquals("mdpy", type.parent());
        assertTrue(type.description().contains("640x480"), type::description);
        assertEquals("Dual port serial", mdevs.type(Mdevs.DUAL_PORT).name());
        assertTrue(
                mdevs.types().list().stream().anyMatch(t -> t.id().equals("mtty-1")),
                "mtty-1 is listed");
    }

    @Test
    void nameThatIsTakenIsRefused() {
        MdevAddress<PciDevice> made = mdevs.make(Mdevs.DUAL_PORT);

        VfioException refused =
                assertThrows(
                        VfioException.class, () -> mdevs.type(Mdevs.SCREEN).create(made.uuid()));

        assertEquals(OptionalInt.of(Errno.EEXIST.number()), refused.errno());
        assertNames(refused, made.name(), "mdpy-vga/create", "another UUID");
    }

    @Test
    void oneMoreThanThereCanBeIsRefused() {
        int free = mdevs.type(Mdevs.SCREEN).availableInstances().orElseThrow();
        for (int i = 0; i < free; i++) {
            mdevs.make(Mdevs.SCREEN);
        }

        assertNames(
                assertThrows(VfioException.class, () -> mdevs.make(Mdevs.SCREEN)),
                "mdpy-vga/create",
                "remove one");
    }

    @Test
    void deviceThatIsNotThereIsRefused() {
        assertNames(
                assertThrows(VfioException.class, () -> attach(MdevAddress.pci(NOBODY))),
                NOBODY.toString());
        assertNames(
                assertThrows(VfioException.class, () -> vfio().device(NOBODY.toString())),
                NOBODY.toString());
        assertNames(
                assertThrows(VfioException.class, () -> mdevs.types().remove(NOBODY)),
                NOBODY.toString(),
                "ENOENT");
    }

    @Test
    void deviceIsAttachedOnce() {
        MdevAddress<PciDevice> made = mdevs.make(Mdevs.DUAL_PORT);
        try (PciDevice port = attach(made)) {
            assertThrows(IllegalStateException.class, () -> attach(made));
            assertPortWorks(port);
        }
    }
}
