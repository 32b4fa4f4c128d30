// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What this process holds of the kernel that devices could make it hold.
 *
 * @param descriptors the open descriptors and what each is, but for regular files: the JVM opens
 *     those when it likes
 * @param mappings the mappings of device memory
 * @param pinned the lines of locked and pinned memory
 */
record ProcessState(Map<Integer, String> descriptors, List<String> mappings, List<String> pinned) {
    private static final Path SELF = Path.of("/proc/self");

    /** The state as it is now. */
    static ProcessState now() {
        try {
            return new ProcessState(
                    openDescriptors(),
                    lines("maps", ProcessState::isDeviceMemory),
                    lines("status", line -> line.startsWith("VmLck") || line.startsWith("VmPin")));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Throws if something is held now that was not held {@code before}; else says what is. */
    static String nothingLeft(ProcessState before) {
        ProcessState now = now();
        List<String> left = new ArrayList<>();
        now.descriptors.forEach(
                (number, target) -> {
                    if (!target.equals(before.descriptors.get(number))) {
                        left.add("descriptor " + number + ", " + target);
                    }
                });
        now.mappings.stream().filter(m -> !before.mappings.contains(m)).forEach(left::add);
        now.pinned.stream().filter(p -> !before.pinned.contains(p)).forEach(left::add);
        DemoFailure.unless(left.isEmpty(), "left behind: " + String.join("; ", left));
        return "nothing left: %d descriptors before and %d after, no mapping of a device, %s"
                .formatted(
                        before.descriptors.size(),
                        now.descriptors.size(),
                        String.join(", ", now.pinned));
    }

    private static boolean isDeviceMemory(String line) {
        return line.contains(" /dev/vfio/") || line.contains("anon_inode:[vfio");
    }

    private static Map<Integer, String> openDescriptors() throws IOException {
        Map<Integer, String> open = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(SELF.resolve("fd"))) {
            for (Path entry : entries) {
                addUnlessRegular(entry, open);
            }
        }
        return open;
    }

    private static void addUnlessRegular(Path entry, Map<Integer, String> open) throws IOException {
        try {
            String target = Files.readSymbolicLink(entry).toString();
            if (!Files.isRegularFile(entry) && !Files.isDirectory(entry)) {
                open.put(Integer.valueOf(entry.getFileName().toString()), target);
            }
        } catch (NoSuchFileException closedMeanwhile) {
            // It was the one that lists the others.
        }
    }

    private static List<String> lines(String file, Predicate<String> wanted) throws IOException {
        try (Stream<String> lines = Files.lines(SELF.resolve(file))) {
            return lines.filter(wanted).map(line -> line.replaceAll("\\s+", " ")).toList();
        }
    }
}
