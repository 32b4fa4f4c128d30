// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import java.util.Optional;
import java.util.OptionalInt;
import org.jvfio.device.PciAddress;
import org.jvfio.testkit.device.PciModel;

/**
 * A function to plug into a simulated machine.
 *
 * @param name {@code "0000:00:05.0"}
 * @param model what it does; of one machine only
 * @param group its IOMMU group; empty for one of its own
 * @param driver the driver that it is bound to
 * @param bridge the bridge that it is behind
 */
public record SimDevice(
        String name,
        PciModel model,
        OptionalInt group,
        Optional<String> driver,
        Optional<String> bridge) {
    private static final String VFIO_PCI = "vfio-pci";

    /** Refuses names that are not PCI addresses. */
    public SimDevice {
        PciAddress address = PciAddress.of(name);
        if (!address.name().equals(name)) {
            throw new IllegalArgumentException(name + ": write " + address.name());
        }
    }

    /** A function bound to vfio-pci, in a group of its own. */
    public static SimDevice of(String name, PciModel model) {
        return new SimDevice(
                name, model, OptionalInt.empty(), Optional.of(VFIO_PCI), Optional.empty());
    }

    /** The same in this IOMMU group. */
    public SimDevice inGroup(int number) {
        return new SimDevice(name, model, OptionalInt.of(number), driver, bridge);
    }

    /** The same bound to another driver. */
    public SimDevice boundTo(String other) {
        return new SimDevice(name, model, group, Optional.of(other), bridge);
    }

    /** The same without a driver. */
    public SimDevice unbound() {
        return new SimDevice(name, model, group, Optional.empty(), bridge);
    }

    /** The same behind a bridge. */
    public SimDevice behind(String bridgeName) {
        return new SimDevice(name, model, group, driver, Optional.of(bridgeName));
    }
}
