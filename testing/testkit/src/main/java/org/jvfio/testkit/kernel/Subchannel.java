// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.List;
import java.util.Optional;
import org.jvfio.linux.Errno;
import org.jvfio.testkit.device.MediatedParent;
import org.jvfio.testkit.device.MediatedParent.Offer;
import org.jvfio.testkit.device.SimSubchannel;

/**
 * A subchannel of s390x, as sysfs shows it.
 *
 * @param plugged what it is
 */
record Subchannel(SimSubchannel plugged) {
    private static final String BUS = "/sys/bus/css/";
    private static final Errno EUSERS = Errno.of(87);

    /** Makes the files of the subchannel and, if it is for VFIO, those that make a device of it. */
    void build(Machine machine) {
        FileNodes files = machine.files();
        String name = plugged.name();
        String folder = "/sys/devices/css0/" + name;
        files.folder(BUS + "drivers/vfio_ccw");
        files.folder(BUS + "drivers/io_subchannel");
        files.link(BUS + "devices/" + name, folder);
        files.text(folder + "/type", () -> Integer.toString(plugged.type()));
        files.text(folder + "/modalias", () -> "css:t" + plugged.type());
        files.text(folder + "/dev_busid", plugged::device);
        files.link(folder + "/subsystem", BUS);
        plugged.driver()
                .ifPresent(driver -> files.link(folder + "/driver", BUS + "drivers/" + driver));
        if (plugged.forVfio()) {
            new MdevParent(machine, parent(folder)).build();
        }
    }

    private MediatedParent parent(String folder) {
        Offer type =
                new Offer(
                        "vfio_ccw-io",
                        "I/O subchannel (Non-QDIO)",
                        Optional.empty(),
                        "vfio-ccw",
                        1,
                        plugged.maker());
        return new MediatedParent(plugged.name(), folder, 1, EUSERS, List.of(type));
    }
}
