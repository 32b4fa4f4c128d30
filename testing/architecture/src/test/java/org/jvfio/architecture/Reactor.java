// SPDX-License-Identifier: Apache-2.0
package org.jvfio.architecture;

import static java.util.stream.Collectors.toCollection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where this build keeps what the rules are about. */
final class Reactor {
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

    private Reactor() {}

    /** Returns the root of the source tree. */
    static Path root() {
        return property("jvfio.root");
    }

    /** Returns the directory of each Maven module, the root itself left out. */
    static List<Path> modules() {
        return MODULE.matcher(text(root().resolve("pom.xml")))
                .results()
                .map(result -> root().resolve(result.group(1)))
                .toList();
    }

    /** Returns our own jars that have a module descriptor, as they were packaged. */
    static List<ModuleJar> jars() {
        return files(property("jvfio.jars"), ".jar").stream().map(ModuleJar::of).toList();
    }

    /** Returns other people's bundles that ours need. */
    static List<Path> foreignBundles() {
        return files(property("jvfio.bundles"), ".jar");
    }

    /** Returns the sources whose name ends so, in all modules. */
    static List<Path> sources(String suffix) {
        return modules().stream()
                .map(module -> module.resolve("src"))
                .filter(Files::isDirectory)
                .flatMap(source -> files(source, suffix).stream())
                .toList();
    }

    static List<Path> files(Path directory, String suffix) {
        try (Stream<Path> paths = Files.walk(directory)) {
            return List.copyOf(
                    paths.filter(path -> path.toString().endsWith(suffix))
                            .filter(Files::isRegularFile)
                            .collect(toCollection(TreeSet::new)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException(name + " is not set: run this with mvn verify");
        }
        return Path.of(value);
    }
}
