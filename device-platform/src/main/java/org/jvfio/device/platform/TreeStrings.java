// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.platform;

import java.util.List;
import java.util.Map;
import org.jvfio.device.DeviceTreeNode;
import org.jvfio.linux.SysfsDevice;

/** Texts in a device's node of the device tree, read where nothing else of the node is wanted. */
final class TreeStrings {
    private TreeStrings() {}

    /** The texts of a property; none if there is no such property, or it holds something else. */
    static List<String> of(SysfsDevice device, String property) {
        return device.bytes("of_node/" + property)
                .map(bytes -> texts(property, bytes))
                .orElse(List.of());
    }

    /** The texts that a property holds; none if it holds something else. */
    static List<String> texts(String property, byte[] bytes) {
        DeviceTreeNode node = DeviceTreeNode.of("", Map.of(property, bytes), List.of(), List.of());
        try {
            return node.strings(property).orElse(List.of());
        } catch (IllegalArgumentException garbage) {
            return List.of();
        }
    }
}
