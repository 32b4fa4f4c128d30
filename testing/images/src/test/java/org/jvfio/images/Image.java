// SPDX-License-Identifier: Apache-2.0
package org.jvfio.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/** The image of a platform as the build has left it. */
record Image(String architecture, Path home, Path tarball) {
    static final String VERSION = System.getProperty("jvfio.version", "");

    /** Those that this build makes. */
    static Stream<Image> all() {
        return Stream.of(System.getProperty("jvfio.architectures", "").split(" ", -1))
                .map(Image::of);
    }

    /** The one that can run here. */
    static Image own() {
        return of("x86_64");
    }

    private static Image of(String architecture) {
        Path target = Path.of(System.getProperty("jvfio.dist", ""), architecture, "target");
        String tarball = "jvfio-" + VERSION + "-linux-" + architecture + ".tar.gz";
        return new Image(architecture, target.resolve("jvfio"), target.resolve(tarball));
    }

    Path file(String name) {
        return home.resolve(name);
    }

    /** The Java modules in it, as Java's own list has them. */
    List<String> modules() {
        Properties release = new Properties();
        try (var reader = Files.newBufferedReader(file("release"))) {
            release.load(reader);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return List.of(release.getProperty("MODULES").replace("\"", "").split(" ", -1));
    }

    @Override
    public String toString() {
        return architecture;
    }
}
