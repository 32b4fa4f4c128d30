// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.Map;
import java.util.function.Supplier;
import org.jvfio.BrokerOptions;
import org.jvfio.DescriptorBroker;
import org.jvfio.ReceivedDescriptor;
import org.jvfio.device.DeviceNode;
import org.jvfio.spi.DescriptorPassing;

/** Passing open descriptors over Unix sockets, {@code SCM_RIGHTS}. */
record UnixSocketPassing(Kernel kernel) implements DescriptorPassing {
    @Override
    public DescriptorBroker listen(
            BrokerOptions options, Map<String, Supplier<DeviceNode>> devices) {
        return UnixBroker.listen(kernel, options, Map.copyOf(devices));
    }

    @Override
    public ReceivedDescriptor receive(String socket, String name) {
        return BrokerClient.receive(kernel, socket, name);
    }
}
