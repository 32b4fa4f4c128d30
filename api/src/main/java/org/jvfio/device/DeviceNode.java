// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A device of the host as sysfs shows it, before anybody opens it.
 *
 * @param bus {@code "pci"}
 * @param name the device's name on its bus: {@code "0000:02:00.0"}; of a mediated one, its UUID
 * @param path its folder in sysfs
 * @param description what it is, for people: {@code "1234:11e8 class 00ff00"}
 * @param driver the driver that it is bound to
 * @param group its IOMMU group
 * @param cdev its own character device: {@code "/dev/vfio/devices/vfio3"}
 * @param obstacles what must change before it can be used, in words; empty if nothing
 */
public record DeviceNode(
        String bus,
        String name,
        String path,
        String description,
        Optional<String> driver,
        OptionalInt group,
        Optional<String> cdev,
        List<String> obstacles) {
    private static final String MEDIATED = "/sys/bus/mdev/";

    /** Copies the list. */
    public DeviceNode {
        obstacles = List.copyOf(obstacles);
    }

    /**
     * Whether it is a mediated device, which no IOMMU stands behind: its driver does DMA for it,
     * and asks for the memory as it needs it.
     */
    public boolean mediated() {
        return path.startsWith(MEDIATED);
    }
}
