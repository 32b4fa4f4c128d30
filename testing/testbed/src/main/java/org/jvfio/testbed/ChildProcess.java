// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jvfio.device.MdevAddress;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;

/** An {@link Attacher} or a {@link Resumer} in another process, until it is closed. */
final class ChildProcess implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 60;
    private static final String PAGE = "4096";

    private final Process process;
    private final BufferedReader output;
    private final String line;

    private ChildProcess(Process process) throws IOException {
        this.process = process;
        this.output = process.inputReader();
        this.line = nextLine();
    }

    /** A child as the same user, which maps one page. */
    static ChildProcess start(PciAddress address, String backend) throws IOException {
        return start(java(address, backend, PAGE));
    }

    /** A child as the same user, which takes over the state of a mediated device. */
    static ChildProcess resume(MdevAddress<PciDevice> address, String backend) throws IOException {
        return start(java(Resumer.class, address.name(), backend));
    }

    /**
     * A child as another user.
     *
     * @param lockedKib the limit on its locked memory
     */
    static ChildProcess startAs(
            String user, long lockedKib, PciAddress address, String backend, long bytes)
            throws IOException {
        String command = String.join(" ", java(address, backend, Long.toString(bytes)));
        String limited =
                "ulimit -l %d && exec su -s /bin/sh -c 'exec %s' %s"
                        .formatted(lockedKib, command, user);
        return start(List.of("sh", "-c", limited));
    }

    private static ChildProcess start(List<String> command) throws IOException {
        return new ChildProcess(
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    private static List<String> java(PciAddress address, String backend, String bytes) {
        return java(Attacher.class, address.name(), backend, bytes);
    }

    private static List<String> java(Class<?> command, String... arguments) {
        List<String> line =
                List.of(
                        System.getProperty("java.home") + "/bin/java",
                        // It lives for a second: compiling much is not worth it.
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        command.getName());
        return Stream.concat(line.stream(), Stream.of(arguments)).toList();
    }

    /** The line that the child said first. */
    String line() {
        return line;
    }

    /** What the child reads; to be closed by whoever has written to it. */
    WritableByteChannel input() {
        return Channels.newChannel(process.getOutputStream());
    }

    /** Waits for one more line. */
    String nextLine() throws IOException {
        String next = output.readLine();
        return next == null ? "nothing" : next;
    }

    /** Ends the child's input, on which it ends itself. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the child process does not end");
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
