// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jvfio.Vfio;
import picocli.CommandLine;

/** The broker of the command, on the simulated host. */
@Timeout(60)
final class BrokerCommandTest {
    private static final String SOCKET = "/run/broker.sock";
    private static final String READY = "0000:00:05.0";

    @TempDir Path folder;

    private static String served(String... global) {
        StringWriter out = new StringWriter();
        Main main = new Main(new PrintWriter(out), new PrintWriter(out));
        BrokerCommand command = new BrokerCommand(main);
        new CommandLine(main).parseArgs(global);
        new CommandLine(command).parseArgs("--socket", SOCKET, "--allow", "00:05.0");
        try (Vfio vfio = Main.open(Main.SIMULATED)) {
            CompletableFuture<Void> asked = new CompletableFuture<>();
            int status =
                    command.serve(
                            vfio,
                            broker ->
                                    asked.completeAsync(
                                            () -> {
                                                ask(vfio);
                                                broker.close();
                                                return null;
                                            }));
            asked.join();
            assertThat(status).isEqualTo(ExitStatus.OK);
        }
        return out.toString();
    }

    private static void ask(Vfio vfio) {
        vfio.receive(SOCKET, "iommu").close();
        vfio.receive(SOCKET, READY).close();
        assertThatThrownBy(() -> vfio.receive(SOCKET, "0000:00:07.0"))
                .hasMessageContaining("it hands out iommu and [" + READY + "]");
    }

    @Test
    void tellsWhatItHandsOutAndWhatItDoesNot() {
        assertThat(served().lines())
                .hasSize(4)
                .anyMatch(
                        line ->
                                line.equals(
                                        "Listening at " + SOCKET + "; handing out iommu, 00:05.0."))
                .anyMatch(line -> line.matches("pid \\d+, user 0, group 0: iommu: handed over"))
                .anyMatch(line -> line.endsWith(": " + READY + ": handed over"))
                .anyMatch(line -> line.contains(": 0000:00:07.0: refused: "));
    }

    @Test
    void tellsItInJsonToo() {
        String[] lines = served("--json").split("(?m)^(?=\\{)", -1);

        assertThat(JsonText.read(lines[lines.length - 1]))
                .containsEntry("request", "0000:00:07.0")
                .containsKeys("pid", "user", "group", "refusal");
    }

    @Test
    void wrongArgumentsAreNamed() {
        assertThat(Run.of("broker").err()).contains("--socket");
        assertRefused("--socket-mode 999: not octal permissions", "--socket-mode", "999");
        assertRefused("\"nobody-here\": no such user", "--user", "nobody-here");
        assertRefused("\"nobody-here\": no such group", "--socket-group", "nobody-here");
        assertRefused("\"no device\": not the name of a device", "--allow", "no device");
    }

    private static void assertRefused(String why, String option, String value) {
        Run run = Run.simulated("broker", "--socket", SOCKET, option, value);

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains(why).hasLineCount(1);
    }

    @Test
    void accountsAreFoundByNameAndNumber() throws IOException {
        Path accounts = folder.resolve("passwd");
        Files.writeString(accounts, "root:x:0:0::/:/bin/sh\nbroken\nplain:x:1000:100::/:/bin/sh\n");

        assertThat(AccountNumber.of("plain", accounts, "user", "id -u")).isEqualTo(1000);
        assertThat(AccountNumber.of("17", accounts, "user", "id -u")).isEqualTo(17);
        assertThatThrownBy(() -> AccountNumber.of("broken", accounts, "user", "id -u"))
                .hasMessageContaining("id -u broken");
        assertThatThrownBy(() -> AccountNumber.of("x", folder.resolve("none"), "user", "id -u"))
                .hasMessageContaining("give its number");
    }
}
