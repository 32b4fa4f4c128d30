// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.io.IOException;
import java.nio.channels.Channels;
import java.util.UUID;
import org.jvfio.AttachOptions;
import org.jvfio.Vfio;
import org.jvfio.device.MdevAddress;
import org.jvfio.device.Migration;
import org.jvfio.device.MigrationState;
import org.jvfio.device.PciDevice;

/**
 * The command that a test starts as the other side of a migration: it attaches a port of mtty,
 * takes over the state that its standard input has, starts the device, and tells what it finds in
 * it.
 *
 * <p>Arguments: the device's name, the backend. It says that it is ready, then {@link #describe}.
 */
public final class Resumer {
    static final String READY = "ready";

    private static final int PORTS = 2;
    private static final int LINE_STATUS = 5;
    private static final int DATA_READY = 1;

    private Resumer() {}

    /** Resumes and tells. */
    public static void main(String[] arguments) throws IOException {
        var address = MdevAddress.pci(UUID.fromString(arguments[0]));
        AttachOptions options = AttachOptions.defaults().backend(arguments[1]);
        try (Vfio vfio = Vfio.open();
                PciDevice port = vfio.addressSpace().attach(address, options)) {
            Migration migration = port.migration().orElseThrow();
            System.out.println(READY);
            migration.resume(Channels.newChannel(System.in));
            migration.change(MigrationState.RUNNING);
            System.out.println(describe(port));
        }
    }

    /** The registers of both ports of mtty, and what they have to be read, which is gone then. */
    static String describe(PciDevice device) {
        StringBuilder text = new StringBuilder();
        for (int port = 0; port < PORTS; port++) {
            for (int register = 1; register < device.bar(port).size(); register++) {
                text.append("%02x ".formatted(device.bar(port).getByte(register)));
            }
            while ((device.bar(port).getByte(LINE_STATUS) & DATA_READY) != 0) {
                text.append((char) device.bar(port).getByte(0));
            }
            text.append("; ");
        }
        return text.toString();
    }
}
