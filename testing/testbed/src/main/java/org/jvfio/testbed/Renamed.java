// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A node that is missing under its name until it is closed. */
final class Renamed implements AutoCloseable {
    private final Path node;
    private final Path elsewhere;

    private Renamed(Path node, Path elsewhere) {
        this.node = node;
        this.elsewhere = elsewhere;
    }

    /** Takes the node away. */
    static Renamed away(String node) throws IOException {
        Path from = Path.of(node);
        Path to = Path.of("/dev/away-" + from.getFileName());
        Files.move(from, to);
        return new Renamed(from, to);
    }

    /** Puts it back. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(node);
        Files.move(elsewhere, node);
    }
}
