// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvfio.Vfio;
import org.jvfio.device.MdevAddress;
import org.jvfio.device.Migration;
import org.jvfio.device.MigrationState;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.MdevTypes;

/** A device whose state is saved in one process and resumed in another. */
@DisplayName("migration")
final class MigrationRun extends GuestCase {
    private static final int IMAGE_BYTES = 96;
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
}
