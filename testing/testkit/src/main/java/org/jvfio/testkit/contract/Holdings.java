// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process holds of its kernel on behalf of VFIO: equal before and after whatever leaks
 * nothing.
 *
 * @param files what its descriptors and its memory maps refer to, sorted; a file that is open twice
 *     is there twice
 * @param pinnedBytes the memory that is pinned or locked for devices, as the kernel counts it
 * @param threads the names of jvfio's threads, sorted
 */
public record Holdings(List<String> files, long pinnedBytes, List<String> threads) {
    private static final String THREADS = "jvfio-";

    /** Copies the lists. */
    public Holdings {
        files = List.copyOf(files);
        threads = List.copyOf(threads);
    }

    /**
     * What this process holds of the kernel that it runs on.
     *
     * @throws UncheckedIOException if {@code /proc/self} cannot be read
     */
    public static Holdings ofThisProcess() {
        try {
            List<String> files = new ArrayList<>(openFiles());
            files.addAll(mappedFiles());
            return new Holdings(files.stream().sorted().toList(), pinned(), ownThreads());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The names of jvfio's threads in this process, sorted. */
    public static List<String> ownThreads() {
        return runningThreads().map(Thread::getName).sorted().toList();
    }

    /** jvfio's threads that are running. */
    static Stream<Thread> runningThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(THREADS));
    }

    /** How many descriptors refer to {@code path}. */
    public long count(String path) {
        return files.stream().filter(path::equals).count();
    }

    private static List<String> openFiles() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.map(Holdings::target).filter(Holdings::concerns).toList();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closed) {
            return "closed meanwhile"; // as the listing's own will be
        }
    }

    private static List<String> mappedFiles() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(Holdings::concerns)
                .map(line -> "mapped " + line.substring(line.indexOf('/') < 0 ? 0 : nameAt(line)))
                .toList();
    }

    private static int nameAt(String line) {
        int name = line.indexOf("anon_inode:");
        return name < 0 ? line.indexOf('/') : name;
    }

    private static boolean concerns(String file) {
        return file.startsWith("/dev/vfio")
                || file.startsWith("/dev/iommu")
                || file.contains(" /dev/vfio")
                || file.contains("[vfio")
                || file.contains("[eventfd]");
    }

    private static long pinned() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmPin:") || line.startsWith("VmLck:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .sum();
    }
}
