// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.util.Optional;

/**
 * An open platform device: regions and interrupts that the machine's firmware lists.
 *
 * <p>They have indexes in the order of that list, and names where it has names. Every interrupt
 * index has one vector, number 0. Values of registers are little-endian; a device whose node has
 * the property {@code big-endian} is for its driver to swap.
 *
 * <p>Few can be reset: Linux needs a driver for that, or a method in ACPI. One that cannot stays as
 * its last user left it, so its driver brings it into a known state first and stops it in the end.
 */
public interface PlatformDevice extends VfioDevice {
    /**
     * The region with this name in {@code reg-names} of the device tree.
     *
     * @throws IllegalArgumentException if there is none; the message has the names that there are
     */
    Region region(String name);

    /**
     * The interrupt with this name in {@code interrupt-names} of the device tree.
     *
     * @throws IllegalArgumentException if there is none; the message has the names that there are
     */
    Interrupts interrupts(String name);

    /**
     * What the device tree says of the device, for an embedder that describes it to a guest; empty
     * if the machine knows it from elsewhere, as with ACPI.
     *
     * <p>It is read anew each time. <b>Source.</b> {@code of_node} in the device's folder in sysfs.
     */
    Optional<DeviceTreeNode> deviceTree();
}
