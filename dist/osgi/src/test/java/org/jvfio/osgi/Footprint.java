// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What this process holds that somebody has to give back.
 *
 * @param threads the names of its threads, sorted
 * @param files what its descriptors refer to, sorted
 * @param mappings the files in its address space, sorted; one that is mapped twice is there twice
 */
record Footprint(List<String> threads, List<String> files, List<String> mappings) {
    static Footprint now() throws IOException {
        return new Footprint(threadNames(), openFiles(), mappedFiles());
    }

    private static List<String> threadNames() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).sorted().toList();
    }

    private static List<String> openFiles() throws IOException {
        List<String> files = new ArrayList<>();
        try (DirectoryStream<Path> descriptors =
                Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                target(descriptor).forEach(files::add);
            }
        }
        return files.stream().sorted().toList();
    }

    /** Empty for the descriptor that the folder itself was read through. */
    private static Stream<String> target(Path descriptor) throws IOException {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.endsWith("/fd") ? Stream.empty() : Stream.of(target);
        } catch (NoSuchFileException closed) {
            return Stream.empty();
        }
    }

    private static List<String> mappedFiles() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("/"))
                    .map(line -> line.substring(line.indexOf('/')))
                    .sorted()
                    .toList();
        }
    }
}
