// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.SysfsDevice;

/**
 * What sysfs shows of the PCI bus.
 *
 * <p>Devices and drivers come and go while this reads: what is gone counts as not there.
 *
 * <p>Source: {@code Documentation/ABI/testing/sysfs-bus-pci} of the kernel.
 */
final class PciSysfs {
    static final String BUS = "/sys/bus/pci";
    private static final String DEVICES = BUS + "/devices/";

    private final FileTree files;

    PciSysfs(FileTree files) {
        this.files = files;
    }

    boolean present() {
        return files.exists(BUS);
    }

    /** The drivers that are loaded and give devices to VFIO. */
    List<String> vfioDrivers() {
        return SysfsDevice.list(files, BUS + "/drivers").stream().filter(PciSysfs::isVfio).toList();
    }

    /** Whether a driver is vfio-pci or one of those that vendors build on it. */
    static boolean isVfio(String driver) {
        return driver.contains("vfio");
    }

    List<String> deviceNames() {
        return SysfsDevice.list(files, DEVICES);
    }

    String path(String name) {
        return DEVICES + name;
    }

    boolean exists(String name) {
        return files.exists(path(name));
    }

    /** The number in an attribute such as {@code vendor}: {@code "0x8086"}. */
    OptionalInt number(String name, String attribute) {
        return device(name).number(attribute);
    }

    Optional<String> driver(String name) {
        return device(name).driver();
    }

    OptionalInt group(String name) {
        return device(name).group();
    }

    /** The device's own character device, whether or not {@code /dev} has it. */
    Optional<String> cdev(String name) {
        return device(name).cdev();
    }

    private SysfsDevice device(String name) {
        return new SysfsDevice(files, path(name));
    }
}
