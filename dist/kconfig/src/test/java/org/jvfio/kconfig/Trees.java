// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Trees and settings written down in a test. */
final class Trees {
    private Trees() {}

    /** A tree of one file. */
    static Kconfig tree(Path folder, String text) {
        return Kconfig.read(file(folder, "Kconfig", text));
    }

    static Path file(Path folder, String name, String text) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static Settings settings(String... lines) {
        return Settings.of("defconfig", List.of(lines));
    }
}
