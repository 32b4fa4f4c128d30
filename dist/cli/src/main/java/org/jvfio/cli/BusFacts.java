// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.io.PrintWriter;
import java.util.Optional;
import org.jvfio.device.CcwDevice;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.PciDevice;
import org.jvfio.device.PlatformDevice;
import org.jvfio.device.VfioDevice;

/**
 * What only the devices of one bus show, copied so that it outlives the device: the place where a
 * bus adds to the report of a device.
 */
interface BusFacts {
    /** The name of the facts in JSON: that of the bus. */
    String name();

    /** Adds rows to what every device shows. */
    void addTo(Columns opened);

    /** Prints what follows regions and interrupts. */
    void print(PrintWriter out);

    /** The same for programs. */
    JsonObject json();

    /** What an open device shows, if its bus has anything of its own. */
    static Optional<BusFacts> of(VfioDevice device) {
        if (device instanceof PciDevice function) {
            return Optional.of(PciFacts.of(function.config()));
        }
        if (device instanceof PlatformDevice listed) {
            return Optional.of(PlatformFacts.of(listed));
        }
        return device instanceof CcwDevice subchannel
                ? Optional.of(CcwFacts.of(subchannel))
                : Optional.empty();
    }

    /** Why a device is not opened to look at it, though it is ready; empty if it is. */
    static Optional<String> obstacle(DeviceNode node) {
        return node.bus().equals("ap")
                ? Optional.of(
                        "a matrix is opened only for a virtual machine, which there is none of")
                : Optional.empty();
    }
}
