// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.platform;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jvfio.device.DeviceTreeNode;
import org.jvfio.device.DeviceTreeNode.Clock;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.SysfsDevice;

/**
 * Reads a device's node of the device tree, which sysfs shows as folders and files.
 *
 * <p>What is gone meanwhile counts as not there. <b>Source.</b> {@code
 * Documentation/ABI/testing/sysfs-firmware-ofw} of the kernel.
 */
final class DeviceTreeFiles {
    private static final String ROOT = "/sys/firmware/devicetree/base";

    /** Linux adds this to every node; no tree has it. */
    private static final String ADDED = "name";

    private final FileTree files;
    private final SysfsDevice device;
    private final Map<Integer, String> nodes = new HashMap<>();

    DeviceTreeFiles(SysfsDevice device) {
        this.files = device.files();
        this.device = device;
    }

    /** The node; empty if the machine knows the device from elsewhere. */
    Optional<DeviceTreeNode> node() {
        return device.linkPath("of_node").map(this::node);
    }

    private DeviceTreeNode node(String folder) {
        Map<String, byte[]> properties = new TreeMap<>();
        List<DeviceTreeNode> children = new ArrayList<>();
        SysfsDevice here = new SysfsDevice(files, folder);
        for (String entry : SysfsDevice.list(files, folder)) {
            if (isNode(folder + "/" + entry)) {
                children.add(node(folder + "/" + entry));
            } else if (!entry.equals(ADDED)) {
                here.bytes(entry).ifPresent(bytes -> properties.put(entry, bytes));
            }
        }
        return DeviceTreeNode.of(path(folder), properties, clocks(properties), children);
    }

    private boolean isNode(String path) {
        return files.exists(path + "/" + ADDED);
    }

    private static String path(String folder) {
        String path = folder.startsWith(ROOT) ? folder.substring(ROOT.length()) : folder;
        return path.isEmpty() ? "/" : path;
    }

    private List<Clock> clocks(Map<String, byte[]> properties) {
        ByteBuffer cells = ByteBuffer.wrap(properties.getOrDefault("clocks", new byte[0]));
        List<String> names =
                TreeStrings.texts(
                        "clock-names", properties.getOrDefault("clock-names", new byte[0]));
        List<Clock> clocks = new ArrayList<>();
        Optional<Clock> next = clock(cells, names.stream().findFirst());
        while (next.isPresent()) {
            clocks.add(next.get());
            next = clock(cells, names.stream().skip(clocks.size()).findFirst());
        }
        return clocks;
    }

    /** The next reference; empty at the end, and where one cannot be told from the next. */
    private Optional<Clock> clock(ByteBuffer cells, Optional<String> name) {
        if (cells.remaining() < Integer.BYTES) {
            return Optional.empty();
        }
        int phandle = cells.getInt();
        Optional<String> provider = provider(phandle);
        int wanted = provider.map(this::clockCells).orElse(Integer.MAX_VALUE);
        if (wanted > cells.remaining() / Integer.BYTES) {
            return Optional.empty();
        }
        List<Integer> specifier = Stream.generate(cells::getInt).limit(wanted).toList();
        return Optional.of(new Clock(name, phandle, path(provider.get()), specifier));
    }

    private int clockCells(String folder) {
        return cell(folder, "#clock-cells").filter(cells -> cells >= 0).orElse(Integer.MAX_VALUE);
    }

    private Optional<Integer> cell(String folder, String property) {
        return new SysfsDevice(files, folder)
                .bytes(property)
                .filter(bytes -> bytes.length == Integer.BYTES)
                .map(bytes -> ByteBuffer.wrap(bytes).getInt());
    }

    /** The folder of the node with this number. */
    private Optional<String> provider(int phandle) {
        if (nodes.isEmpty()) {
            number(ROOT);
        }
        return Optional.ofNullable(nodes.get(phandle));
    }

    private void number(String folder) {
        cell(folder, "phandle").ifPresent(phandle -> nodes.put(phandle, folder));
        SysfsDevice.list(files, folder).stream()
                .map(entry -> folder + "/" + entry)
                .filter(this::isNode)
                .forEach(this::number);
    }
}
