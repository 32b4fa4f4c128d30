// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.platform;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jvfio.device.DeviceNode;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.SysfsDevice;

/**
 * Finds platform devices in sysfs. Of the many that a machine has, those are listed that an IOMMU
 * stands before, or that VFIO has already.
 */
final class PlatformDiscovery {
    private final FileTree files;
    private final boolean unsafely;

    /** For somebody who accepts devices that no IOMMU stands behind, or does not. */
    PlatformDiscovery(FileTree files, boolean unsafely) {
        this.files = files;
        this.unsafely = unsafely;
    }

    List<DeviceNode> devices() {
        return Stream.of(SysfsBus.values())
                .flatMap(this::candidates)
                .sorted(Comparator.comparing(DeviceNode::name))
                .toList();
    }

    Optional<DeviceNode> find(String name) {
        return Stream.of(SysfsBus.values())
                .filter(bus -> files.exists(bus.devices() + "/" + name))
                .findFirst()
                .map(bus -> node(bus, name));
    }

    private Stream<DeviceNode> candidates(SysfsBus bus) {
        return SysfsDevice.list(files, bus.devices()).stream()
                .filter(name -> concerns(bus, device(bus, name)))
                .map(name -> node(bus, name));
    }

    private static boolean concerns(SysfsBus bus, SysfsDevice device) {
        return device.group().isPresent() || device.driver().equals(Optional.of(bus.driver()));
    }

    private SysfsDevice device(SysfsBus bus, String name) {
        return new SysfsDevice(files, bus.devices() + "/" + name);
    }

    private DeviceNode node(SysfsBus bus, String name) {
        SysfsDevice device = device(bus, name);
        var driver = device.driver();
        var group = device.group();
        var cdev = device.cdev().filter(files::exists);
        return new DeviceNode(
                PlatformProvider.NAME,
                name,
                device.path(),
                description(device),
                driver,
                group,
                cdev,
                new PlatformObstacles(bus, name, device, unsafely).list(driver, group, cdev));
    }

    /** {@code "arm,pl031, arm,primecell"}; without a device tree, what a driver is found by. */
    private static String description(SysfsDevice device) {
        List<String> compatible = TreeStrings.of(device, "compatible");
        return compatible.isEmpty()
                ? device.text("modalias").orElse("platform device")
                : String.join(", ", compatible);
    }
}
