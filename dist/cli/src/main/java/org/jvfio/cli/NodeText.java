// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import org.jvfio.device.DeviceNode;

/** How a device of the host is described, before anybody opens it. */
final class NodeText {
    private static final String NONE = "none";

    private NodeText() {}

    static String driver(DeviceNode node) {
        return node.driver().orElse(NONE);
    }

    static String group(DeviceNode node) {
        return node.group().isPresent() ? Integer.toString(node.group().getAsInt()) : NONE;
    }

    static String cdev(DeviceNode node) {
        return node.cdev().orElse(NONE);
    }

    static String state(DeviceNode node) {
        return isReady(node) ? "ready" : "not ready";
    }

    static boolean isReady(DeviceNode node) {
        return node.obstacles().isEmpty();
    }

    static JsonObject json(DeviceNode node) {
        return new JsonObject()
                .with("bus", node.bus())
                .with("address", node.name())
                .with("path", node.path())
                .with("description", node.description())
                .with("mediated", node.mediated())
                .with("driver", node.driver())
                .with("group", node.group())
                .with("cdev", node.cdev())
                .with("ready", isReady(node))
                .with("obstacles", node.obstacles());
    }
}
