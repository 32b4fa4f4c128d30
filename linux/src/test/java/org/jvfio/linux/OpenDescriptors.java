// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The descriptors that this process had open at one moment, without those that belong to the JVM's
 * own reading of classes and limits.
 */
final class OpenDescriptors {
    private static final Path FOLDER = Path.of("/proc/self/fd");

    private final Map<Integer, String> before = now();

    /** Fails if a descriptor is open that was not when this object was made. */
    void assertNoneNew() {
        Map<Integer, String> left = now();
        left.entrySet().removeAll(before.entrySet());
        assertEquals(new TreeMap<Integer, String>(), left, "descriptors left open");
    }

    /** The flags of an open descriptor, as {@code fcntl(F_GETFL)} and {@code F_GETFD} see them. */
    static int flagsOf(int fd) {
        try {
            return Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd)).stream()
                    .filter(line -> line.startsWith("flags:"))
                    .map(line -> Integer.parseInt(line.substring("flags:".length()).trim(), 8))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<Integer, String> now() {
        Map<Integer, String> open = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(FOLDER)) {
            for (Path entry : entries) {
                addTo(open, entry);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return open;
    }

    private static void addTo(Map<Integer, String> open, Path entry) throws IOException {
        String target;
        try {
            target = Files.readSymbolicLink(entry).toString();
        } catch (NoSuchFileException closedMeanwhile) {
            return;
        }
        if (!belongsToTheJvm(target)) {
            open.put(Integer.valueOf(entry.getFileName().toString()), target);
        }
    }

    private static boolean belongsToTheJvm(String target) {
        return target.endsWith(".jar") // A class is loaded.
                || target.startsWith("/proc/") // This very listing.
                || target.startsWith("/sys/fs/cgroup/") // How much memory it may use.
                || target.startsWith("socket:"); // FileChannel keeps one from its first close on.
    }
}
