// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jvfio.device.DeviceNode;

/**
 * The mediated devices of one bus: those whose type says that they look like its devices.
 *
 * <p>No IOMMU stands behind them, and their driver is that of their parent: what is asked of a
 * bus's own devices does not hold of them.
 *
 * <p>Source: {@code Documentation/driver-api/vfio-mediated-device.rst} of the kernel.
 *
 * @param files where to read
 * @param bus the bus: {@code "pci"}
 * @param deviceApi what their type's {@code device_api} says: {@code "vfio-pci"}
 */
public record MdevNodes(FileTree files, String bus, String deviceApi) {
    static final String DEVICES = "/sys/bus/mdev/devices/";

    /** The UUID in what people write: one, or a path in sysfs that ends with it. */
    public static Optional<String> name(String nameOrPath) {
        String last = nameOrPath.substring(nameOrPath.lastIndexOf('/') + 1);
        String name = last.toLowerCase(Locale.ROOT);
        try {
            return Optional.of(UUID.fromString(name).toString()).filter(name::equals);
        } catch (IllegalArgumentException another) {
            return Optional.empty();
        }
    }

    /** The devices that there are, sorted by name. */
    public List<DeviceNode> devices() {
        return SysfsDevice.list(files, DEVICES).stream()
                .flatMap(name -> find(name).stream())
                .toList();
    }

    /** The device with this UUID, if there is one, and of this bus. */
    public Optional<DeviceNode> find(String name) {
        SysfsDevice device = new SysfsDevice(files, DEVICES + name);
        return device.text("mdev_type/device_api").equals(Optional.of(deviceApi))
                ? Optional.of(node(name, device))
                : Optional.empty();
    }

    private DeviceNode node(String name, SysfsDevice device) {
        Optional<String> driver = device.driver();
        OptionalInt group = device.group();
        Optional<String> cdev = device.cdev().filter(files::exists);
        return new DeviceNode(
                bus,
                name,
                device.path(),
                description(device),
                driver,
                group,
                cdev,
                obstacles(driver, group, cdev));
    }

    /** {@code "mtty-2 of mtty: Dual port serial"}. */
    private static String description(SysfsDevice device) {
        String type = device.linkName("mdev_type").orElse("mediated device");
        String what = type + device.linkPath("").map(MdevNodes::ofParent).orElse("");
        return device.text("mdev_type/name")
                .filter(name -> !name.equals(type))
                .or(() -> device.text("mdev_type/description"))
                .map(name -> what + ": " + name)
                .orElse(what);
    }

    private static String ofParent(String path) {
        String parent = path.substring(0, Math.max(0, path.lastIndexOf('/')));
        return " of " + parent.substring(parent.lastIndexOf('/') + 1);
    }

    private List<String> obstacles(
            Optional<String> driver, OptionalInt group, Optional<String> cdev) {
        List<String> obstacles = new ArrayList<>();
        if (driver.isEmpty()) {
            obstacles.add(
                    "it is bound to no driver; bind it to that of its parent in"
                            + " /sys/bus/mdev/drivers, or make it anew");
        } else {
            NodeAccess.obstacle(files, group, cdev).ifPresent(obstacles::add);
        }
        return obstacles;
    }
}
