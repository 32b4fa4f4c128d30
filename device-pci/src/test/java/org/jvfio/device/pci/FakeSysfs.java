// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jvfio.linux.DeviceNumber;
import org.jvfio.linux.Errno;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.KernelException;

/** A file tree that a test writes down: files with their text, links with their targets. */
final class FakeSysfs implements FileTree {
    private final Map<String, String> files = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();
    private final Set<String> forbidden = new HashSet<>();

    FakeSysfs() {
        file("/sys/bus/pci/drivers/vfio-pci/new_id", "");
        file("/sys/bus/pci/drivers/nvme/new_id", "");
    }

    FakeSysfs file(String path, String text) {
        files.put(path, text);
        return this;
    }

    FakeSysfs link(String path, String target) {
        links.put(path, target);
        return this;
    }

    FakeSysfs forbid(String path) {
        forbidden.add(path);
        return this;
    }

    /** A function in a group; {@code driver} is empty for none. */
    FakeSysfs function(String name, String classCode, String driver, int group) {
        String path = "/sys/bus/pci/devices/" + name;
        file(path + "/vendor", "0x1af4").file(path + "/device", "0x1041");
        file(path + "/class", classCode).file(path + "/revision", "0x01");
        link(path + "/iommu_group", "/sys/kernel/iommu_groups/" + group);
        String member = "/sys/kernel/iommu_groups/" + group + "/devices/" + name;
        file(member + "/vendor", "0x1af4");
        if (!driver.isEmpty()) {
            link(path + "/driver", "/sys/bus/pci/drivers/" + driver);
            link(member + "/driver", "/sys/bus/pci/drivers/" + driver);
        }
        return this;
    }

    @Override
    public boolean exists(String path) {
        String folder = path.endsWith("/") ? path : path + "/";
        return files.containsKey(path)
                || links.containsKey(path)
                || files.keySet().stream().anyMatch(file -> file.startsWith(folder));
    }

    @Override
    public boolean mayReadAndWrite(String path) {
        return exists(path) && !forbidden.contains(path);
    }

    @Override
    public String read(String path) throws KernelException {
        String text = files.get(path);
        if (text == null) {
            throw new KernelException("read", Errno.ENOENT);
        }
        return text;
    }

    @Override
    public List<String> list(String path) throws KernelException {
        String folder = path.endsWith("/") ? path : path + "/";
        List<String> names =
                files.keySet().stream()
                        .filter(file -> file.startsWith(folder))
                        .map(file -> file.substring(folder.length()).split("/", 2)[0])
                        .distinct()
                        .sorted()
                        .toList();
        if (names.isEmpty()) {
            throw new KernelException("readdir", Errno.ENOENT);
        }
        return names;
    }

    @Override
    public String resolve(String path) throws KernelException {
        String target = links.get(path);
        if (target == null) {
            throw new KernelException("realpath", Errno.ENOENT);
        }
        return target;
    }

    @Override
    public DeviceNumber deviceNumber(String path) throws KernelException {
        throw new KernelException("stat", Errno.ENODEV);
    }
}
