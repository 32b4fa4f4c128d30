// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jvfio.AttachOptions;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.spi.Backend;

/**
 * Which backend a device is attached through, and why.
 *
 * @param name the backend's name
 * @param backend the backend
 * @param reason in words
 */
record BackendChoice(String name, Backend backend, String reason) {
    /**
     * The backend that was asked for, else the first in order of preference that the device can
     * use.
     *
     * @throws VfioException if there is none; the message says what stops each
     */
    static BackendChoice of(Backends backends, DeviceNode node, AttachOptions options) {
        Optional<String> wish = options.backend();
        return wish.isPresent()
                ? asked(backends, node, options, wish.get())
                : preferred(backends, node, options);
    }

    private static BackendChoice asked(
            Backends backends, DeviceNode node, AttachOptions options, String name) {
        Optional<String> obstacle = backends.obstacle(name, node, options);
        if (obstacle.isPresent()) {
            throw new VfioException(node.name(), "attach through " + name, obstacle.get());
        }
        return new BackendChoice(name, backends.open(name), "it was asked for");
    }

    private static BackendChoice preferred(
            Backends backends, DeviceNode node, AttachOptions options) {
        List<String> passedOver = new ArrayList<>();
        for (String name : backends.names()) {
            Optional<String> obstacle = backends.obstacle(name, node, options);
            if (obstacle.isEmpty()) {
                String reason =
                        passedOver.isEmpty()
                                ? "the first choice, and the device can use it"
                                : String.join("; ", passedOver);
                return new BackendChoice(name, backends.open(name), reason);
            }
            passedOver.add("not " + name + ": " + obstacle.get());
        }
        throw new VfioException(
                node.name(),
                "attach",
                passedOver.isEmpty()
                        ? "this distribution has no backend; add jvfio-backend-iommufd or"
                                + " jvfio-backend-legacy"
                        : String.join("; ", passedOver));
    }
}
