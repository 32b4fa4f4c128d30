// SPDX-License-Identifier: Apache-2.0
package org.jvfio.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How {@code bin/jvfio} of an image behaves as a process. */
final class LauncherTest {
    private static final Path JVFIO = Image.own().file("bin/jvfio").toAbsolutePath().normalize();

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void signalEndsTheCommandAndLeavesNothing(String signal, int status) throws Exception {
        Path socket = folder.resolve("socket");
        Process broker =
                new ProcessBuilder(Ran.words(JVFIO, "broker", "--socket", socket))
                        .redirectErrorStream(true)
                        .start();
        try (BufferedReader output = broker.inputReader()) {
            assertThat(output.readLine()).startsWith("Listening at " + socket);
            // The process that was started is Java: there is no shell between.
            assertThat(broker.info().command()).contains(JVFIO.resolveSibling("java").toString());
            assertThat(broker.descendants()).isEmpty();

            assertThat(Ran.of("kill", "-" + signal, broker.pid()).status()).isZero();

            assertThat(broker.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(broker.exitValue()).isEqualTo(status);
            assertThat(socket).doesNotExist();
        } finally {
            broker.destroyForcibly();
        }
    }

    @Test
    void exitStatusIsTheCommands() throws Exception {
        assertThat(Ran.of(JVFIO, "--version")).isEqualTo(new Ran(0, version()));
        assertThat(Ran.of(JVFIO, "no-such-command").status()).isEqualTo(2);
        assertThat(Ran.of(JVFIO, "list", "--host", "nowhere").status()).isEqualTo(1);
    }

    @Test
    void optionsForJavaComeFromTheEnvironment() throws Exception {
        Map<String, String> options = Map.of("JVFIO_OPTS", "-showversion -Xmx64m");
        assertThat(Ran.with(options, JVFIO, "--version").output())
                .contains("openjdk version")
                .endsWith(version());
        Map<String, String> collector = Map.of("JVFIO_OPTS", "-XX:-UseSerialGC -XX:+UseParallelGC");
        assertThat(Ran.with(collector, JVFIO, "--version")).isEqualTo(new Ran(0, version()));
    }

    @Test
    void linkToItIsEnough() throws Exception {
        Path there = Files.createDirectory(folder.resolve("a folder"));
        Path link = Files.createSymbolicLink(there.resolve("jvfio"), JVFIO);
        Path linkToLink = Files.createSymbolicLink(folder.resolve("command"), link);
        assertThat(Ran.of(linkToLink, "--version")).isEqualTo(new Ran(0, version()));
        String here = "cd '" + JVFIO.getParent() + "' && sh jvfio --version";
        assertThat(Ran.of("sh", "-c", here)).isEqualTo(new Ran(0, version()));
        Map<String, String> path = Map.of("PATH", there + ":" + System.getenv("PATH"));
        assertThat(Ran.with(path, "sh", "-c", "jvfio --version")).isEqualTo(new Ran(0, version()));
    }

    @Test
    void builtImageHasItsClassesReady() throws Exception {
        ClassDataSharing.of(Image.own().home()).check();
    }

    private static String version() {
        return "jvfio " + Image.VERSION + "\n";
    }
}
