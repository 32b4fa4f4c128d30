// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.util.UUID;

/**
 * A mediated device: one that a driver makes out of a part of its own, named by a UUID.
 *
 * <p>What it looks like is the driver's matter: most look like PCI functions.
 *
 * @param uuid its name
 * @param bus the bus whose devices it looks like
 * @param deviceType what opening it gives
 * @param <D> what the device is once it is open
 */
public record MdevAddress<D extends VfioDevice>(UUID uuid, String bus, Class<D> deviceType)
        implements DeviceAddress<D> {
    /** One that looks like a PCI function ({@code vfio-pci} in its type's {@code device_api}). */
    public static MdevAddress<PciDevice> pci(UUID uuid) {
        return new MdevAddress<>(uuid, "pci", PciDevice.class);
    }

    /** A matrix of cryptographic queues ({@code vfio-ap}). */
    public static MdevAddress<ApDevice> ap(UUID uuid) {
        return new MdevAddress<>(uuid, "ap", ApDevice.class);
    }

    /** One that is an I/O subchannel ({@code vfio-ccw} in its type's {@code device_api}). */
    public static MdevAddress<CcwDevice> ccw(UUID uuid) {
        return new MdevAddress<>(uuid, "ccw", CcwDevice.class);
    }

    @Override
    public String name() {
        return uuid.toString();
    }

    @Override
    public String toString() {
        return name();
    }
}
