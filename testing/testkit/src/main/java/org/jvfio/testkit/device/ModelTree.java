// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * The part of a device tree that a {@link VfioModel} needs: its node, and the nodes that it names.
 *
 * <pre>{@code
 * ModelTree.of("/pl031@9010000")
 *         .strings("/pl031@9010000/compatible", "arm,pl031", "arm,primecell")
 *         .cells("/pl031@9010000/clocks", 0x8000)
 *         .cells("/apb-pclk/phandle", 0x8000);
 * }</pre>
 *
 * <p><b>Threads.</b> Immutable.
 */
public final class ModelTree {
    private final String node;
    private final Map<String, byte[]> properties;

    private ModelTree(String node, Map<String, byte[]> properties) {
        this.node = node;
        this.properties = properties;
    }

    /** A tree without properties; {@code node} is the path of the device's own node. */
    public static ModelTree of(String node) {
        return new ModelTree(node, Map.of());
    }

    /** The path of the device's own node. */
    public String node() {
        return node;
    }

    /** What the properties hold, by their paths. */
    public Map<String, byte[]> properties() {
        Map<String, byte[]> copy = new TreeMap<>();
        properties.forEach((path, bytes) -> copy.put(path, bytes.clone()));
        return copy;
    }

    /** With a property that holds this. */
    public ModelTree bytes(String path, byte... bytes) {
        Map<String, byte[]> more = new TreeMap<>(properties);
        more.put(path, bytes.clone());
        return new ModelTree(node, more);
    }

    /** With a property of strings, each with a zero behind it. */
    public ModelTree strings(String path, String... strings) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String string : strings) {
            bytes.writeBytes(string.getBytes(StandardCharsets.US_ASCII));
            bytes.write(0);
        }
        return bytes(path, bytes.toByteArray());
    }

    /** With a property of cells, which are big-endian. */
    public ModelTree cells(String path, int... cells) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * cells.length);
        for (int cell : cells) {
            bytes.putInt(cell);
        }
        return bytes(path, bytes.array());
    }
}
