// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.platform;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jvfio.linux.DeviceNumber;
import org.jvfio.linux.Errno;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.KernelException;

/** A machine's sysfs as a test writes it down; links lead where they are followed to. */
final class WrittenFiles implements FileTree {
    static final String TREE = "/sys/firmware/devicetree/base";

    private final TreeMap<String, byte[]> files = new TreeMap<>();
    private final Map<String, String> links = new HashMap<>();

    WrittenFiles text(String path, String text) {
        files.put(path, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    WrittenFiles link(String path, String target) {
        links.put(path, target);
        return this;
    }

    /** A property of the device tree. */
    WrittenFiles bytes(String property, int... bytes) {
        byte[] written = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            written[i] = (byte) bytes[i];
        }
        files.put(TREE + property, written);
        return this;
    }

    WrittenFiles strings(String property, String... strings) {
        files.put(
                TREE + property,
                (String.join("\0", strings) + "\0").getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    WrittenFiles cells(String property, int... cells) {
        ByteBuffer written = ByteBuffer.allocate(Integer.BYTES * cells.length);
        written.asIntBuffer().put(cells);
        files.put(TREE + property, written.array());
        return this;
    }

    /** A device with a node of this name; {@code driver} is empty for none, a group negative. */
    WrittenFiles device(String bus, String name, String node, String driver, int group) {
        String path = "/sys/bus/" + bus + "/devices/" + name;
        text(path + "/uevent", "").link(path + "/of_node", TREE + node);
        String member = "/sys/kernel/iommu_groups/" + group + "/devices/" + name;
        if (group >= 0) {
            link(path + "/iommu_group", "/sys/kernel/iommu_groups/" + group);
            text(member + "/uevent", "");
        }
        if (!driver.isEmpty()) {
            link(path + "/driver", "/sys/bus/" + bus + "/drivers/" + driver);
            link(member + "/driver", "/sys/bus/" + bus + "/drivers/" + driver);
        }
        return this;
    }

    /** The path with the links in it followed. */
    private String followed(String path) {
        for (int at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) {
            String target = links.get(path.substring(0, at));
            if (target != null) {
                return followed(target + path.substring(at));
            }
        }
        return links.getOrDefault(path, path);
    }

    @Override
    public boolean exists(String path) {
        String file = followed(path);
        String next = files.ceilingKey(file);
        return links.containsKey(path)
                || (next != null && (next.equals(file) || next.startsWith(file + "/")));
    }

    @Override
    public boolean mayReadAndWrite(String path) {
        return exists(path);
    }

    @Override
    public String read(String path) throws KernelException {
        return new String(bytes(path), StandardCharsets.UTF_8).stripTrailing();
    }

    @Override
    public byte[] bytes(String path) throws KernelException {
        byte[] bytes = files.get(followed(path));
        if (bytes == null) {
            throw new KernelException("read", Errno.ENOENT);
        }
        return bytes;
    }

    @Override
    public List<String> list(String path) throws KernelException {
        String folder = followed(path) + "/";
        List<String> names =
                files.tailMap(folder).keySet().stream()
                        .takeWhile(file -> file.startsWith(folder))
                        .map(file -> file.substring(folder.length()).split("/", 2)[0])
                        .distinct()
                        .toList();
        if (names.isEmpty()) {
            throw new KernelException("readdir", Errno.ENOENT);
        }
        return names;
    }

    @Override
    public String resolve(String path) throws KernelException {
        if (!links.containsKey(path)) {
            throw new KernelException("realpath", Errno.ENOENT);
        }
        return followed(path);
    }

    @Override
    public DeviceNumber deviceNumber(String path) throws KernelException {
        throw new KernelException("stat", Errno.ENODEV);
    }
}
