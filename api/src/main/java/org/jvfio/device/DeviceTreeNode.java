// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A node of the machine's device tree: properties by name, and nodes below it.
 *
 * <p>A property is a run of bytes; what they mean is for the reader to know, as the binding of the
 * node's {@link #compatible} says. References to other nodes (phandles) are numbers of the
 * machine's own tree.
 *
 * <p><b>Threads.</b> Immutable. <b>Source.</b> The Devicetree Specification, release 0.4.
 */
public final class DeviceTreeNode {
    private final String path;
    private final TreeMap<String, byte[]> properties = new TreeMap<>();
    private final List<Clock> clocks;
    private final List<DeviceTreeNode> children;

    /**
     * A clock that the device is fed by: an entry of its property {@code clocks}.
     *
     * @param name what the device calls it, from {@code clock-names}
     * @param phandle the number of the node that makes it
     * @param provider the path of that node: {@code "/apb-pclk"}
     * @param specifier which of that node's clocks, in as many cells as the node wants
     */
    public record Clock(
            Optional<String> name, int phandle, String provider, List<Integer> specifier) {
        /** Copies the list. */
        public Clock {
            specifier = List.copyOf(specifier);
        }
    }

    private DeviceTreeNode(
            String path,
            Map<String, byte[]> properties,
            List<Clock> clocks,
            List<DeviceTreeNode> children) {
        this.path = path;
        properties.forEach((name, bytes) -> this.properties.put(name, bytes.clone()));
        this.clocks = List.copyOf(clocks);
        this.children = List.copyOf(children);
    }

    /**
     * A node of these parts, which are copied: for implementers of {@link
     * org.jvfio.spi.BusProvider}.
     */
    public static DeviceTreeNode of(
            String path,
            Map<String, byte[]> properties,
            List<Clock> clocks,
            List<DeviceTreeNode> children) {
        return new DeviceTreeNode(path, properties, clocks, children);
    }

    /** Where it is in the tree: {@code "/soc/pl031@9010000"}. */
    public String path() {
        return path;
    }

    /** Its name with its address: {@code "pl031@9010000"}. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** What the device is, most exactly first: {@code ["arm,pl031", "arm,primecell"]}. */
    public List<String> compatible() {
        return strings("compatible").orElse(List.of());
    }

    /** The names of its properties, sorted. */
    public List<String> properties() {
        return List.copyOf(properties.keySet());
    }

    /** What a property holds, as a copy; no bytes if it says all by being there. */
    public Optional<byte[]> bytes(String property) {
        return Optional.ofNullable(properties.get(property)).map(byte[]::clone);
    }

    /**
     * The numbers of 32 bits that a property holds.
     *
     * @throws IllegalArgumentException if it holds something else
     */
    public Optional<List<Integer>> cells(String property) {
        return bytes(property).map(bytes -> cells(property, bytes));
    }

    /**
     * The texts that a property holds.
     *
     * @throws IllegalArgumentException if it holds something else
     */
    public Optional<List<String>> strings(String property) {
        return bytes(property).map(bytes -> strings(property, bytes));
    }

    /**
     * The clocks that it is fed by, in the order of its property {@code clocks}; they end where a
     * reference leads to no node that says how many cells it wants.
     */
    public List<Clock> clocks() {
        return clocks;
    }

    /** The nodes below it, in the order of their names. */
    public List<DeviceTreeNode> children() {
        return children;
    }

    private List<Integer> cells(String property, byte[] bytes) {
        if (bytes.length % Integer.BYTES != 0) {
            throw new IllegalArgumentException(
                    "%s of %s has %d bytes, which make no whole cells; ask for its bytes"
                            .formatted(property, path, bytes.length));
        }
        ByteBuffer cells = ByteBuffer.wrap(bytes);
        return Stream.generate(cells::getInt).limit(bytes.length / Integer.BYTES).toList();
    }

    private List<String> strings(String property, byte[] bytes) {
        if (bytes.length > 0 && bytes[bytes.length - 1] != 0) {
            throw new IllegalArgumentException(
                    "%s of %s is no text: it does not end with a zero; ask for its bytes"
                            .formatted(property, path));
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        return bytes.length == 0
                ? List.of()
                : List.of(text.substring(0, text.length() - 1).split("\0", -1));
    }

    @Override
    public String toString() {
        return path + " " + compatible();
    }
}
