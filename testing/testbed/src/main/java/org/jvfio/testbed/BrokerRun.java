// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.jvfio.device.PciAddress;

/** {@code jvfio broker} as root, and processes of a user who may open nothing himself. */
@DisplayName("broker")
@SuppressWarnings("try") // some resources are there only to be closed
final class BrokerRun extends GuestCase {
    private static final String SOCKET = "/run/jvfio-broker.sock";
    private static final String UID = "1000";
    private static final long KIB = 8192;
    private static final long BYTES = 1 << 20;
    private static final long DEADLINE_SECONDS = 60;

    /** The command in another process, until it is closed. */
    private static final class Command implements AutoCloseable {
        private final Process process;
        private final BufferedReader output;
        private final String first;

        Command(String... options) throws IOException {
            List<String> command = new ArrayList<>();
            // Not the image's launcher: it is a shell that does not pass signals on.
            command.add(System.getProperty("java.home") + "/bin/java");
            command.addAll(List.of("-m", "org.jvfio.cli/org.jvfio.cli.Main"));
            command.addAll(List.of("broker", "--socket", SOCKET));
            command.addAll(List.of(options));
            process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            output = process.inputReader();
            first = String.valueOf(output.readLine());
        }

        String line() throws IOException {
            return String.valueOf(output.readLine());
        }

        /** Ends it as a service manager does. */
        @Override
        public void close() throws IOException {
            process.destroy();
            try {
                assertTrue(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), "it does not end");
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            } finally {
                process.destroyForcibly();
            }
            assertFalse(Files.exists(Path.of(SOCKET)), "the path is taken away");
        }
    }

    @AfterEach
    void nodesAreStillClosed() throws IOException {
        assertEquals(0, (Integer) Files.getAttribute(Path.of("/dev/iommu"), "unix:uid"));
    }

    private static String attached(PciAddress address) throws IOException {
        UnprivilegedRun.addUser();
        try (ChildProcess child =
                ChildProcess.startAs(UnprivilegedRun.USER, KIB, address, SOCKET, BYTES)) {
            return child.line();
        }
    }

    @Test
    void unprivilegedProcessAttachesWhatRootsBrokerHandsOver() throws IOException {
        String allowed = GuestBench.EDU.name();
        try (Command broker =
                new Command("--allow", allowed, "--user", UID, "--socket-owner", UID)) {
            assertNames(broker.first, "Listening at " + SOCKET, allowed);

            assertNames(attached(GuestBench.EDU), Attacher.ATTACHED + GuestBench.IOMMUFD);

            assertNames(broker.line(), "user " + UID, "iommu: handed over");
            assertNames(broker.line(), "user " + UID, allowed + ": handed over");
        }
    }

    @Test
    void deviceThatIsNotAllowedIsRefusedByName() throws IOException {
        try (Command broker =
                new Command(
                        "--allow",
                        GuestBench.OTHER_EDU.name(),
                        "--user",
                        UID,
                        "--socket-owner",
                        UID)) {
            assertNames(
                    attached(GuestBench.EDU),
                    GuestBench.EDU.name(),
                    "it hands out iommu and [" + GuestBench.OTHER_EDU.name() + "]");
            assertNames(broker.line(), "iommu: handed over");
            assertNames(broker.line(), GuestBench.EDU.name() + ": refused");
        }
    }

    @Test
    void userWhoIsNotServedIsRefusedByNumber() throws IOException {
        try (Command broker = new Command("--socket-mode", "666")) {
            assertNames(attached(GuestBench.EDU), "user " + UID, "serves neither");
            assertNames(broker.line(), "user " + UID, "refused");
        }
    }

    @Test
    void pathThatMayNotBeWrittenIsNamed() throws IOException {
        try (Command broker = new Command("--user", UID)) {
            assertNames(attached(GuestBench.EDU), SOCKET, "EACCES", "--socket-owner");
        }
    }
}
