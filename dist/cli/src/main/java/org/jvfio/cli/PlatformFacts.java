// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.jvfio.device.DeviceTreeNode;
import org.jvfio.device.PlatformDevice;

/**
 * What the device tree says of a platform device.
 *
 * @param node the path of its node, if the machine has a device tree
 */
record PlatformFacts(
        Optional<String> node,
        List<String> compatible,
        List<String> properties,
        List<String> clocks)
        implements BusFacts {
    static PlatformFacts of(PlatformDevice device) {
        return device.deviceTree()
                .map(PlatformFacts::of)
                .orElse(new PlatformFacts(Optional.empty(), List.of(), List.of(), List.of()));
    }

    private static PlatformFacts of(DeviceTreeNode node) {
        return new PlatformFacts(
                Optional.of(node.path()),
                node.compatible(),
                node.properties(),
                node.clocks().stream().map(PlatformFacts::clock).toList());
    }

    /** {@code "apb_pclk of /apb-pclk"}. */
    private static String clock(DeviceTreeNode.Clock clock) {
        return clock.name().map(name -> name + " of ").orElse("") + clock.provider();
    }

    @Override
    public String name() {
        return "platform";
    }

    @Override
    public void addTo(Columns opened) {
        opened.row("node", node.orElse("the machine has no device tree"));
        opened.row("compatible", listed(compatible));
        opened.row("properties", listed(properties));
        opened.row("clocks", listed(clocks));
    }

    private static String listed(List<String> names) {
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    @Override
    public void print(PrintWriter out) {
        // All that there is are rows.
    }

    @Override
    public JsonObject json() {
        return new JsonObject()
                .with("node", node)
                .with("compatible", compatible)
                .with("properties", properties)
                .with("clocks", clocks);
    }
}
