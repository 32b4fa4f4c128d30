// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import java.util.List;
import java.util.Optional;
import org.jvfio.AttachOptions;
import org.jvfio.Host;
import org.jvfio.ProviderStatus;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.VfioDevice;

/** Knows the devices of one bus type, found through {@link java.util.ServiceLoader}. */
public non-sealed interface BusProvider extends Provider {
    /** The bus that it knows: {@code "pci"}. */
    @Override
    String name();

    /** {@link SpiVersion#CURRENT}, as it was when the provider was compiled. */
    @Override
    int spiVersion();

    /** Whether devices of this bus can be used on {@code host}, and why. */
    ProviderStatus status(Host host);

    /** The devices that VFIO could open, with what is missing before it can; sorted by name. */
    List<DeviceNode> devices(Host host);

    /** The bus's name for what people write ({@code "02:00.0"}, a sysfs path); empty if not its. */
    Optional<String> deviceName(String nameOrPath);

    /** The device with this name, if there is one. */
    Optional<DeviceNode> find(Host host, String name);

    /**
     * The device with this name, as it is to be attached: what {@code options} accept ({@link
     * AttachOptions#unsafeNoIommu}) is not among its obstacles.
     */
    default Optional<DeviceNode> find(Host host, String name, AttachOptions options) {
        return find(host, name);
    }

    /**
     * Makes the device of an open attachment.
     *
     * @throws org.jvfio.VfioException if the kernel refuses; the caller then closes the attachment
     */
    VfioDevice open(DeviceContext context);
}
