// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What sysfs shows of a device, of whatever bus.
 *
 * <p>Devices and drivers come and go while this reads: what is gone counts as not there.
 *
 * <p>Source: {@code sysfs-kernel-iommu_groups} and {@code sysfs-devices-vfio-dev} in {@code
 * Documentation/ABI/testing} of the kernel.
 *
 * @param files where to read
 * @param path the device's folder
 */
public record SysfsDevice(FileTree files, String path) {
    /** The driver that it is bound to. */
    public Optional<String> driver() {
        return linkName("driver");
    }

    /** Its IOMMU group. */
    public OptionalInt group() {
        return number(linkName("iommu_group"));
    }

    /** Its own character device, whether or not {@code /dev} has it. */
    public Optional<String> cdev() {
        return list(files, path + "/vfio-dev").stream()
                .filter(entry -> entry.startsWith("vfio"))
                .findFirst()
                .map(entry -> "/dev/vfio/devices/" + entry);
    }

    /** The number in an attribute such as {@code vendor}: {@code "0x8086"}. */
    public OptionalInt number(String attribute) {
        return number(text(attribute));
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

    /** The text of an attribute. */
    public Optional<String> text(String attribute) {
        try {
            return Optional.of(files.read(path + "/" + attribute));
        } catch (KernelException absent) {
            return Optional.empty();
        }
    }

    /** What a file holds that is not text: a property in {@code of_node}. */
    public Optional<byte[]> bytes(String attribute) {
        try {
            return Optional.of(files.bytes(path + "/" + attribute));
        } catch (KernelException absent) {
            return Optional.empty();
        }
    }

    /** The last name in the path that a link in the device's folder leads to. */
    public Optional<String> linkName(String link) {
        return linkPath(link).map(target -> target.substring(target.lastIndexOf('/') + 1));
    }

    /** The path that a link in the device's folder leads to; with none, of the folder itself. */
    public Optional<String> linkPath(String link) {
        try {
            return Optional.of(files.resolve(link.isEmpty() ? path : path + "/" + link));
        } catch (KernelException absent) {
            return Optional.empty();
        }
    }

    /** The names in a folder; none if there is no such folder. */
    public static List<String> list(FileTree files, String folder) {
        try {
            return files.list(folder);
        } catch (KernelException absent) {
            return List.of();
        }
    }
}
