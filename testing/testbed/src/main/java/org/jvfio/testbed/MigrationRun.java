// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvfio.DirtyLog;
import org.jvfio.DmaBuffer;
import org.jvfio.Vfio;
import org.jvfio.device.MdevAddress;
import org.jvfio.device.Migration;
import org.jvfio.device.MigrationState;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.MdevTypes;
import org.jvfio.testkit.driver.EduDriver;

/** A device whose state is saved in one process and resumed in another. */
@DisplayName("migration")
final class MigrationRun extends GuestCase {
    private static final int IMAGE_BYTES = 96;
    private static final int PAGES = 64;
    private static final int PAGE = EduDriver.BUFFER_BYTES;
    private static final int INTERRUPT_ENABLE = 1;
    private static final int LINE_CONTROL = 3;
    private static final int SCRATCH = 7;

    private final MdevTypes types = MdevTypes.on(LinuxHost.real());
    private final List<UUID> made = new ArrayList<>();

    @AfterEach
    void removeWhatWasMade() {
        made.forEach(types::remove);
    }

    private MdevAddress<PciDevice> make() {
        UUID name = UUID.randomUUID();
        types.find("mtty", "mtty-2").orElseThrow().create(name);
        made.add(name);
        return MdevAddress.pci(name);
    }

    private static void use(PciDevice port) {
        port.bar(0).putByte(INTERRUPT_ENABLE, (byte) 0x0f);
        port.bar(0).putByte(LINE_CONTROL, (byte) 0x1b);
        port.bar(1).putByte(SCRATCH, (byte) 0x5a);
        for (char character = 'a'; character < 'k'; character++) {
            port.bar(0).putByte(0, (byte) character);
            port.bar(1).putByte(0, (byte) Character.toUpperCase(character));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {GuestBench.LEGACY, GuestBench.IOMMUFD})
    void stateSavedInOneProcessIsResumedInAnother(String backend) throws IOException {
        MdevAddress<PciDevice> source = make();
        try (Vfio vfio = Vfio.open();
                PciDevice port = vfio.addressSpace().attach(source, through(backend));
                ChildProcess other = ChildProcess.resume(make(), backend)) {
            assertEquals(Resumer.READY, other.line());
            Migration migration = port.migration().orElseThrow();
            use(port);

            try (WritableByteChannel wire = other.input()) {
                assertEquals(IMAGE_BYTES, migration.save(wire));
            }

            assertEquals(MigrationState.STOP, migration.state());
            String theirs = other.nextLine();
            migration.change(MigrationState.RUNNING);
            assertEquals(Resumer.describe(port), theirs);
            assertNames(theirs, "abcdefghij", "ABCDEFGHIJ", "5a");
        }
    }

    /**
     * Memory is copied while the port is pre-copied and the other device writes; no write is lost.
     */
    @ParameterizedTest
    @ValueSource(strings = {GuestBench.LEGACY, GuestBench.IOMMUFD})
    void memoryThatAnotherDeviceWritesMeanwhileArrivesWhole(String backend) throws IOException {
        try (Vfio vfio = Vfio.open();
                PciDevice port = vfio.addressSpace().attach(make(), through(backend));
                ChildProcess other = ChildProcess.resume(make(), backend);
                PciDevice device = attach(vfio, backend);
                EduDriver edu = EduDriver.start(device);
                DmaBuffer memory = vfio.addressSpace().allocate(PAGES * PAGE);
                DmaBuffer pattern = vfio.addressSpace().allocate(PAGE);
                DirtyLog log = vfio.addressSpace().trackDirty()) {
            Migration migration = port.migration().orElseThrow();
            use(port);
            byte[] arrived = new byte[PAGES * PAGE];
            memory.bytes().get(0, arrived);
            migration.change(MigrationState.PRE_COPY);

            for (int page = 1; page < PAGES; page += 7) {
                write(edu, pattern, memory.iova() + (long) page * PAGE, (byte) page);
            }
            copyDirty(log, memory, arrived);
            for (int page = 3; page < PAGES; page += 11) {
                write(edu, pattern, memory.iova() + (long) page * PAGE, (byte) -page);
            }
            try (WritableByteChannel wire = other.input()) {
                assertEquals(IMAGE_BYTES, migration.save(wire));
            }
            device.busMaster(false);
            copyDirty(log, memory, arrived);

            byte[] written = new byte[PAGES * PAGE];
            memory.bytes().get(0, written);
            assertArrayEquals(written, arrived);
            assertEquals((byte) 1, arrived[PAGE]);
            assertEquals((byte) -3, arrived[3 * PAGE]);
            assertNames(other.nextLine(), "abcdefghij", "ABCDEFGHIJ", "5a");
        }
    }

    private static void write(EduDriver edu, DmaBuffer pattern, long iova, byte value) {
        for (int i = 0; i < PAGE; i++) {
            pattern.bytes().put(i, value);
        }
        edu.load(pattern.iova(), PAGE);
        edu.store(iova, PAGE);
    }

    private static void copyDirty(DirtyLog log, DmaBuffer memory, byte[] target) {
        ByteBuffer bitmap = ByteBuffer.allocateDirect(PAGES / Byte.SIZE);
        log.collect(memory.range(), bitmap);
        BitSet.valueOf(bitmap).stream()
                .forEach(page -> memory.bytes().get(page * PAGE, target, page * PAGE, PAGE));
    }
}
