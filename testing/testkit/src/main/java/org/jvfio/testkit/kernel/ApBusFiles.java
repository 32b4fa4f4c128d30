// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jvfio.testkit.device.ApBusModel;
import org.jvfio.testkit.device.Refusal;

/** What sysfs shows of adjunct processors: {@code /sys/bus/ap}. */
final class ApBusFiles {
    private static final String BUS = "/sys/bus/ap/";
    private static final String DEVICES = "/sys/devices/ap/";

    private final FileNodes files;
    private final ApBusModel bus;

    ApBusFiles(FileNodes files, ApBusModel bus) {
        this.files = files;
        this.bus = bus;
    }

    void build() {
        files.text(BUS + "apmask", bus::apmask, asked(bus::apmask));
        files.text(BUS + "aqmask", bus::aqmask, asked(bus::aqmask));
        files.text(BUS + "ap_max_adapter_id", () -> Integer.toString(ApBusModel.HIGHEST_ADAPTER));
        files.text(BUS + "ap_max_domain_id", () -> Integer.toString(ApBusModel.HIGHEST_DOMAIN));
        files.folder(BUS + "drivers/vfio_ap");
        files.folder(BUS + "drivers/cex4queue");
        bus.queues().keySet().forEach(this::queue);
    }

    /** A queue goes from driver to driver as the masks change. */
    private void queue(String name) {
        String card = "card" + name.substring(0, name.indexOf('.'));
        String folder = DEVICES + card + "/" + name;
        files.link(BUS + "devices/" + card, DEVICES + card);
        files.link(BUS + "devices/" + name, folder);
        files.folder(folder, () -> links(name));
    }

    private Map<String, FileNode> links(String name) {
        Map<String, FileNode> links = new TreeMap<>();
        links.put("driver", new FileNode.Link(BUS + "drivers/" + bus.queues().get(name)));
        return links;
    }

    private static Consumer<String> asked(Consumer<String> writer) {
        return text -> {
            try {
                writer.accept(text);
            } catch (Refusal refusal) {
                throw new Refused(refusal.errno());
            }
        };
    }
}
