// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.List;
import java.util.Optional;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.spi.Teardown;

/**
 * The character device of a VFIO device, {@code /dev/vfio/devices/vfioN}: a path in {@code /dev}
 * and a passed descriptor are only names, so what is open is compared with what sysfs shows.
 */
public final class CharacterDevice {
    private static final String BY_NUMBER = "/sys/dev/char/";

    private CharacterDevice() {}

    /**
     * Opens a device's node and checks that it is the device's.
     *
     * @throws VfioException if it cannot be opened, or is another device
     */
    public static DeviceFd open(Kernel kernel, DeviceNode node) {
        String path = node.cdev().orElseThrow();
        DeviceFd file;
        try {
            file = DeviceFd.open(kernel, path);
        } catch (KernelException refused) {
            throw refused.about(path + " (" + node.name() + ")");
        }
        try {
            check(kernel.files(), node, path, file.fd(), "make the node anew");
            return file;
        } catch (RuntimeException refused) {
            throw Teardown.after(refused, file::close);
        }
    }

    /**
     * The device behind a descriptor that somebody else opened, once it is known to be {@code
     * node}. It stays theirs until {@link DeviceFd#takeOver}.
     *
     * @throws VfioException if it is another device or none; the message names both
     */
    public static DeviceFd passed(Kernel kernel, DeviceNode node, int fd) {
        String path = "descriptor " + fd;
        check(kernel.files(), node, path, fd, "pass the descriptor of that one");
        return DeviceFd.borrow(kernel, fd, path);
    }

    private static void check(FileTree files, DeviceNode node, String path, int fd, String advice) {
        DeviceNumber expected = number(files, node);
        DeviceNumber found = found(files, node, path, fd);
        if (!expected.equals(found)) {
            throw new VfioException(
                    path,
                    "open",
                    "it is the device %s%s, and sysfs says %s for %s; %s"
                            .formatted(found, nameOf(files, found), expected, node.name(), advice));
        }
    }

    private static DeviceNumber found(FileTree files, DeviceNode node, String path, int fd) {
        try {
            return files.deviceNumber("/proc/self/fd/" + fd);
        } catch (KernelException none) {
            throw none.about(
                    path + " (" + node.name() + ")",
                    none.errno().equals(Errno.ENOENT)
                            ? "no such descriptor is open"
                            : "not an open character device");
        }
    }

    /** What sysfs says for the device, whether or not {@code /dev} has a node. */
    private static DeviceNumber number(FileTree files, DeviceNode node) {
        String folder = node.path() + "/vfio-dev";
        try {
            List<String> names = files.list(folder);
            Optional<String> name = names.stream().filter(n -> n.startsWith("vfio")).findFirst();
            return DeviceNumber.parse(files.read(folder + "/" + name.orElse("vfio*") + "/dev"));
        } catch (KernelException unreadable) {
            throw unreadable.about(
                    folder + "/vfio*/dev",
                    "the kernel needs CONFIG_VFIO_DEVICE_CDEV, and the device its vfio driver");
        } catch (IllegalArgumentException garbled) {
            throw new VfioException(
                    folder + "/vfio*/dev", "read", String.valueOf(garbled.getMessage()), garbled);
        }
    }

    /** The name of the device with that number, in brackets; nothing if there is none. */
    private static String nameOf(FileTree files, DeviceNumber number) {
        try {
            String[] names = files.resolve(BY_NUMBER + number).split("/");
            int folder = List.of(names).indexOf("vfio-dev");
            return " (" + names[folder > 0 ? folder - 1 : names.length - 1] + ")";
        } catch (KernelException unknown) {
            return "";
        }
    }
}
