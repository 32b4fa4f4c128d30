// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.Host;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.Eeh;
import org.jvfio.device.VfioDevice;

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

    /** The reset of the PCI bus that the device is on, where its backend has it. */
    Optional<HotReset> hotReset();

    /** POWER's error handling for the device's group, where its backend has it. */
    default Optional<Eeh> eeh() {
        return Optional.empty();
    }

    /** The devices of the session, the one that is being made not yet among them. */
    List<VfioDevice> attached();

    /** Runs {@code work} while no device of the session is attached or released. */
    <T> T exclusively(Supplier<T> work);

    /**
     * Takes the device from its address space and closes the descriptor: the last thing that the
     * device's own {@code close} does. Nothing happens if that was done already.
     */
    void release();
}
