// SPDX-License-Identifier: Apache-2.0
package org.jvfio.consumers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The repository with what {@code mvn deploy} sends away. */
final class Staged {
    static final String VERSION = property("jvfio.version");
    static final Path REPOSITORY = Path.of(property("jvfio.repository"));

    private static boolean filled = Boolean.getBoolean("jvfio.release");

    private Staged() {}

    /** Lays out what this build has packaged, unless Maven has deployed it there. */
    static synchronized void fill() throws IOException {
        if (!filled) {
            new Layout(REPOSITORY, VERSION).fill(Path.of(property("jvfio.root")));
            filled = true;
        }
    }

    /** The names of all artifacts. */
    static List<String> artifacts() {
        return files(REPOSITORY.resolve("org/jvfio")).stream()
                .filter(Files::isDirectory)
                .map(folder -> folder.getFileName().toString())
                .toList();
    }

    /** The names of the artifacts that are jars. */
    static List<String> jars() {
        return artifacts().stream().filter(name -> has(name, ".jar")).toList();
    }

    /** Whether an artifact has a file that ends so. */
    static boolean has(String artifact, String ending) {
        return folder(artifact).stream().anyMatch(file -> file.toString().endsWith(ending));
    }

    static Path pom(String artifact) {
        return folder(artifact).stream()
                .filter(file -> file.toString().endsWith(".pom"))
                .findFirst()
                .orElseThrow();
    }

    private static List<Path> folder(String artifact) {
        return files(REPOSITORY.resolve("org/jvfio").resolve(artifact).resolve(VERSION));
    }

    static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException(name + " is not set: run this with mvn verify");
        }
        return value;
    }
}
