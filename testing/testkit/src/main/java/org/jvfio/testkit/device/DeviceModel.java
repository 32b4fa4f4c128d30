// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

/**
 * What every model of a device has: a {@link PciModel} is a PCI function, a {@link VfioModel}
 * anything else.
 *
 * <p>What it does it does at once, within the call that asked for it, unless it says that it takes
 * time. <b>Threads.</b> The simulated kernel makes one call at a time.
 */
public interface DeviceModel {
    /** For people: {@code "edu"}. */
    String name();

    /** Whether the device can be reset by itself. */
    boolean resettable();

    /** Plugs the device in; called once, before anything else is asked of it. */
    void connect(DeviceBus bus);

    /** Puts the device back into its state after power-on. */
    void reset();
}
