// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jvfio.device.DeviceNode;
import org.jvfio.linux.FileTree;

/** Finds PCI functions in sysfs. Bridges are left out of the list: VFIO never opens one. */
final class PciDiscovery {
    /** Class 06, sub-classes 04 (PCI), 07 (CardBus) and 09 (semi-transparent). */
    private static final List<Integer> BRIDGES = List.of(0x0604, 0x0607, 0x0609);

    private final FileTree files;
    private final PciSysfs sysfs;
    private final boolean unsafely;

    PciDiscovery(FileTree files) {
        this(files, false);
    }

    private PciDiscovery(FileTree files, boolean unsafely) {
        this.files = files;
        this.sysfs = new PciSysfs(files);
        this.unsafely = unsafely;
    }

    /** The same for somebody who accepts functions that no IOMMU stands behind. */
    PciDiscovery unsafely() {
        return new PciDiscovery(files, true);
    }

    List<DeviceNode> devices() {
        return sysfs.deviceNames().stream().filter(n -> !isBridge(n)).map(this::node).toList();
    }

    Optional<DeviceNode> find(String name) {
        return sysfs.exists(name) ? Optional.of(node(name)) : Optional.empty();
    }

    private DeviceNode node(String name) {
        Optional<String> driver = sysfs.driver(name);
        OptionalInt group = sysfs.group(name);
        Optional<String> cdev = sysfs.cdev(name).filter(files::exists);
        List<String> obstacles =
                isBridge(name)
                        ? List.of("it is a bridge, and VFIO does not open bridges")
                        : new PciObstacles(files, sysfs, name, unsafely).list(driver, group, cdev);
        return new DeviceNode(
                PciProvider.NAME,
                name,
                sysfs.path(name),
                description(name),
                driver,
                group,
                cdev,
                obstacles);
    }

    private boolean isBridge(String name) {
        OptionalInt code = sysfs.number(name, "class");
        return code.isPresent() && BRIDGES.contains(code.getAsInt() >>> 8);
    }

    private String description(String name) {
        return "%04x:%04x class %06x revision %02x"
                .formatted(
                        sysfs.number(name, "vendor").orElse(0xffff),
                        sysfs.number(name, "device").orElse(0xffff),
                        sysfs.number(name, "class").orElse(0),
                        sysfs.number(name, "revision").orElse(0));
    }
}
