// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.io.PrintWriter;
import java.util.List;
import org.jvfio.Host;
import org.jvfio.ProviderStatus;
import org.jvfio.device.DeviceNode;

/** The devices of a host; where there are none, what the buses say. */
record ListReport(Host host, List<DeviceNode> devices, List<ProviderStatus> buses)
        implements Report {
    @Override
    public void print(PrintWriter out) {
        long ready = devices.stream().filter(NodeText::isReady).count();
        out.printf(
                "On %s: %d devices that VFIO could open, %d ready.%n",
                HostText.of(host), devices.size(), ready);
        if (devices.isEmpty()) {
            new ProviderReport("buses", host, buses).print(out);
            return;
        }
        Columns columns =
                new Columns().row("ADDRESS", "BUS", "STATE", "DRIVER", "GROUP", "CDEV", "WHAT");
        for (DeviceNode node : devices) {
            columns.row(
                    node.name(),
                    node.bus(),
                    NodeText.state(node),
                    NodeText.driver(node),
                    NodeText.group(node),
                    NodeText.cdev(node),
                    node.description());
            node.obstacles().forEach(columns::note);
        }
        columns.print(out);
    }

    @Override
    public JsonObject json() {
        return HostText.json(host).with("devices", devices.stream().map(NodeText::json).toList());
    }
}
