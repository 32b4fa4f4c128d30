// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.ap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jvfio.Host;
import org.jvfio.VfioException;
import org.jvfio.device.ApMatrix;
import org.jvfio.device.DeviceNode;
import org.jvfio.linux.ApMatrices;

/** Finds matrices in sysfs, and says what each still needs before a guest can use it. */
final class ApDiscovery {
    private final ApMatrices matrices;

    ApDiscovery(Host host) {
        this.matrices = ApMatrices.on(host);
    }

    List<DeviceNode> devices() {
        return matrices.nodes().devices().stream().map(this::described).toList();
    }

    Optional<DeviceNode> find(String name) {
        return matrices.nodes().find(name).map(this::described);
    }

    /** The node with what is assigned; it may go while this looks. */
    private DeviceNode described(DeviceNode node) {
        List<String> obstacles = new ArrayList<>(node.obstacles());
        String description = node.description();
        try {
            ApMatrix matrix = matrices.matrix(UUID.fromString(node.name()));
            description = "AP matrix: " + matrix;
            if (matrix.queues().isEmpty()) {
                obstacles.add(
                        "it has no queue; write numbers to assign_adapter and assign_domain in "
                                + node.path());
            }
        } catch (VfioException unreadable) {
            obstacles.add(String.valueOf(unreadable.getMessage()));
        }
        return new DeviceNode(
                node.bus(),
                node.name(),
                node.path(),
                description,
                node.driver(),
                node.group(),
                node.cdev(),
                obstacles);
    }
}
