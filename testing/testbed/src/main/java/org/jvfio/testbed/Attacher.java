// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.io.IOException;
import org.jvfio.AttachOptions;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;

/**
 * The command that a test starts as another process or user: it attaches a device, maps memory for
 * it, says so in one line, and holds both until its standard input ends.
 *
 * <p>Arguments: the address, the backend or {@code any}, the bytes to map. A refusal is the line.
 */
public final class Attacher {
    static final String ATTACHED = "attached through ";

    private Attacher() {}

    /** Attaches, tells, waits. */
    public static void main(String[] arguments) throws IOException {
        PciAddress address = PciAddress.of(arguments[0]);
        AttachOptions options = AttachOptions.defaults();
        if (!arguments[1].equals("any")) {
            options = options.backend(arguments[1]);
        }
        try (Vfio vfio = Vfio.open();
                PciDevice device = vfio.addressSpace().attach(address, options)) {
            device.addressSpace().allocate(Long.parseLong(arguments[2]));
            System.out.println(ATTACHED + device.backend() + ": " + device.backendReason());
            System.in.read();
        } catch (RuntimeException refused) {
            System.out.println(refused.getMessage());
        }
    }
}
