// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import java.util.Map;
import java.util.function.Supplier;
import org.jvfio.BrokerOptions;
import org.jvfio.DescriptorBroker;
import org.jvfio.ReceivedDescriptor;
import org.jvfio.device.DeviceNode;

/**
 * What a host can do whose open files pass from one process to another.
 *
 * <p><b>Failure.</b> {@link org.jvfio.VfioException}; whatever was opened on the way is closed
 * again.
 */
public interface DescriptorPassing {
    /**
     * A broker that listens.
     *
     * @param devices those that may be handed out, by their names, looked up anew each time
     */
    DescriptorBroker listen(BrokerOptions options, Map<String, Supplier<DeviceNode>> devices);

    /**
     * What the broker that listens at {@code socket} gives for {@code name}.
     *
     * @throws IllegalArgumentException if {@code socket} cannot be a socket's path, or {@code name}
     *     not a name
     */
    ReceivedDescriptor receive(String socket, String name);
}
