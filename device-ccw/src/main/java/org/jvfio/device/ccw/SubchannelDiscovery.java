// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.ccw;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jvfio.device.DeviceNode;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.MdevNodes;
import org.jvfio.linux.SysfsDevice;

/**
 * Finds I/O subchannels in sysfs, and the mediated devices made of them.
 *
 * <p>A subchannel that a mediated device was made of is known by that: it is what VFIO opens.
 * Subchannels of other types are left out of the list.
 *
 * <p>Source: {@code Documentation/ABI/testing/sysfs-bus-css} and {@code
 * Documentation/arch/s390/vfio-ccw.rst} of the kernel.
 *
 * @param files where to read
 */
record SubchannelDiscovery(FileTree files) {
    static final String BUS = "/sys/bus/css";
    static final String DRIVER = "vfio_ccw";
    static final String DRIVER_FOLDER = BUS + "/drivers/" + DRIVER;
    private static final String DEVICES = BUS + "/devices/";
    private static final List<String> TYPES = List.of("I/O", "CHSC", "message", "ADM");
    private static final int IO = 0;

    /** Subchannels without a mediated device, then mediated devices; each sorted by name. */
    List<DeviceNode> devices() {
        return Stream.concat(
                        SysfsDevice.list(files, DEVICES).stream()
                                .filter(name -> type(name) == IO && mediated(name).isEmpty())
                                .map(this::node),
                        mediated().devices().stream())
                .toList();
    }

    /** The subchannel or the mediated device with this name. */
    Optional<DeviceNode> find(String name) {
        if (MdevNodes.name(name).isPresent()) {
            return mediated().find(name);
        }
        return files.exists(DEVICES + name)
                ? mediated(name).or(() -> Optional.of(node(name)))
                : Optional.empty();
    }

    private MdevNodes mediated() {
        return new MdevNodes(files, CcwProvider.NAME, "vfio-ccw");
    }

    /** The mediated device of a subchannel, of which there is one at most. */
    private Optional<DeviceNode> mediated(String subchannel) {
        return SysfsDevice.list(files, DEVICES + subchannel).stream()
                .filter(entry -> MdevNodes.name(entry).isPresent())
                .flatMap(uuid -> mediated().find(uuid).stream())
                .findFirst();
    }

    private SysfsDevice subchannel(String name) {
        return new SysfsDevice(files, DEVICES + name);
    }

    /** Kernels too old to tell the type have no other bus type for anything but I/O. */
    private int type(String name) {
        return subchannel(name).number("type").orElse(IO);
    }

    private DeviceNode node(String name) {
        SysfsDevice subchannel = subchannel(name);
        Optional<String> driver = subchannel.driver();
        return new DeviceNode(
                CcwProvider.NAME,
                name,
                subchannel.path(),
                description(name),
                driver,
                OptionalInt.empty(),
                Optional.empty(),
                obstacles(name, driver));
    }

    private String description(String name) {
        return typeName(name)
                + " subchannel"
                + subchannel(name)
                        .text("dev_busid")
                        .filter(device -> !device.equals("none"))
                        .map(device -> " of device " + device)
                        .orElse("");
    }

    private String typeName(String name) {
        int type = type(name);
        return type < TYPES.size() ? TYPES.get(type) : "type " + type;
    }

    private List<String> obstacles(String name, Optional<String> driver) {
        if (type(name) != IO) {
            return List.of(
                    "it is a subchannel of type %d (%s); vfio_ccw takes I/O subchannels alone"
                            .formatted(type(name), typeName(name)));
        }
        List<String> obstacles = new ArrayList<>();
        if (!driver.equals(Optional.of(DRIVER))) {
            obstacles.add(notBound(name, driver));
        }
        obstacles.add(
                "no mediated device is made of it; make one: uuidgen >"
                        + " /sys/class/mdev_bus/%s/mdev_supported_types/vfio_ccw-io/create"
                                .formatted(name));
        return obstacles;
    }

    private String notBound(String name, Optional<String> driver) {
        String path = DEVICES + name;
        String unbind =
                driver.isPresent() ? "echo %s > %s/driver/unbind; ".formatted(name, path) : "";
        return "it is bound to "
                + driver.orElse("no driver")
                + "; bind it to vfio_ccw: echo vfio_ccw > %s/driver_override; ".formatted(path)
                + unbind
                + "echo %s > %s/drivers_probe".formatted(name, BUS);
    }
}
