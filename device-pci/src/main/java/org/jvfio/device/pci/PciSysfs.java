// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.KernelException;

/**
 * What sysfs shows of the PCI bus and of IOMMU groups.
 *
 * <p>Devices and drivers come and go while this reads: what is gone counts as not there.
 *
 * <p>Source: {@code Documentation/ABI/testing/sysfs-bus-pci}, {@code sysfs-kernel-iommu_groups} and
 * {@code sysfs-devices-vfio-dev} of the kernel.
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
        return list(BUS + "/drivers").stream().filter(PciSysfs::isVfio).toList();
    }

    /** Whether a driver is vfio-pci or one of those that vendors build on it. */
    static boolean isVfio(String driver) {
        return driver.contains("vfio");
    }

    List<String> deviceNames() {
        return list(DEVICES);
    }

    String path(String name) {
        return DEVICES + name;
    }

    boolean exists(String name) {
        return files.exists(path(name));
    }

    /** The number in an attribute such as {@code vendor}: {@code "0x8086"}. */
    OptionalInt number(String name, String attribute) {
        return number(read(path(name) + "/" + attribute));
    }

    /** A number that is not negative; what is none is as good as not there. */
    private static OptionalInt number(Optional<String> text) {
        try {
            int number = text.map(Integer::decode).orElse(-1);
            return number >= 0 ? OptionalInt.of(number) : OptionalInt.empty();
        } catch (NumberFormatException garbage) {
            return OptionalInt.empty();
        }
    }

    Optional<String> driver(String name) {
        return linkName(path(name) + "/driver");
    }

    OptionalInt group(String name) {
        return number(linkName(path(name) + "/iommu_group"));
    }

    /** The device's own character device, whether or not {@code /dev} has it. */
    Optional<String> cdev(String name) {
        return list(path(name) + "/vfio-dev").stream()
                .filter(entry -> entry.startsWith("vfio"))
                .findFirst()
                .map(entry -> "/dev/vfio/devices/" + entry);
    }

    private Optional<String> read(String path) {
        try {
            return Optional.of(files.read(path));
        } catch (KernelException absent) {
            return Optional.empty();
        }
    }

    private List<String> list(String path) {
        try {
            return files.list(path);
        } catch (KernelException absent) {
            return List.of();
        }
    }

    private Optional<String> linkName(String path) {
        try {
            String target = files.resolve(path);
            return Optional.of(target.substring(target.lastIndexOf('/') + 1));
        } catch (KernelException absent) {
            return Optional.empty();
        }
    }
}
