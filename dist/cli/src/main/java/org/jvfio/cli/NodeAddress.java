// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import org.jvfio.device.DeviceAddress;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.VfioDevice;

/** The address of a device of any bus. */
record NodeAddress(DeviceNode node) implements DeviceAddress<VfioDevice> {
    @Override
    public String bus() {
        return node.bus();
    }

    @Override
    public Class<VfioDevice> deviceType() {
        return VfioDevice.class;
    }

    @Override
    public String name() {
        return node.name();
    }
}
