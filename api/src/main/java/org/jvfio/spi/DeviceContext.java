// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.Host;
import org.jvfio.device.DeviceNode;

/** What a bus gets to make a device of: everything about it that is not the bus's own. */
public interface DeviceContext {
    /** The host. */
    Host host();

    /** What sysfs showed. */
    DeviceNode node();

    /** The open device's descriptor: borrowed, and valid until {@link #release}. */
    int descriptor();

    /** How the caller wants it. */
    AttachOptions options();

    /** The address space that the device is behind. */
    AddressSpace addressSpace();

    /** The backend that it was attached through. */
    String backend();

    /** Why that backend, in words. */
    String backendReason();

    /**
     * Takes the device from its address space and closes the descriptor: the last thing that the
     * device's own {@code close} does. Nothing happens if that was done already.
     */
    void release();
}
