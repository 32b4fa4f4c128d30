// SPDX-License-Identifier: Apache-2.0
package org.jvfio.felix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Unpack, one command, a shell that answers; it ends with its input and leaves nothing. */
@Timeout(300)
class DistributionTest {
    private static final long PATIENCE_SECONDS = 240;
    private static final Path ARCHIVE = Path.of(System.getProperty("jvfio.felix.archive"));

    @TempDir private Path folder;
    private Path home;
    private Path userHome;

    @BeforeEach
    void unpack() throws Exception {
        Files.createDirectory(folder.resolve("unpacked here"));
        userHome = Files.createDirectory(folder.resolve("user"));
        Path unpacked = folder.resolve("unpacked here");
        run(new ProcessBuilder("tar", "-xzf", ARCHIVE.toString(), "-C", unpacked.toString()), "");
        home = files(unpacked).get(0);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static List<String> names(Path folder) throws IOException {
        return files(folder).stream().map(file -> file.getFileName().toString()).toList();
    }

    /** What the shell answers to these lines on the simulated host. */
    private String shell(String... lines) throws Exception {
        ProcessBuilder command =
                new ProcessBuilder(
                        home.resolve("bin/jvfio-felix").toString(), "--host", "simulated");
        command.environment().put("JAVA_HOME", System.getProperty("java.home"));
        command.environment().put("HOME", userHome.toString());
        command.environment()
                .put(
                        "JAVA_OPTS",
                        "-Duser.home=%s -Djava.io.tmpdir=%s".formatted(userHome, userHome));
        return run(command, String.join("\n", lines) + "\n");
    }

    private String run(ProcessBuilder command, String input) throws Exception {
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        Path typed = Files.writeString(folder.resolve("input"), input);
        Process process =
                command.redirectInput(typed.toFile())
                        .redirectError(errors.toFile())
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            String answer = Files.readString(output);
            assertThat(process.exitValue()).as(answer + Files.readString(errors)).isZero();
            assertThat(process.descendants()).isEmpty();
            return answer;
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shellAnswersAndLeavesNothing() throws Exception {
        String answer = shell("jvfio:list", "jvfio:backends", "jvfio:buses", "jvfio:users", "lb");

        assertThat(answer)
                .contains("0000:00:05.0", "vfio-pci", "nobody uses a provider")
                .containsPattern("legacy +usable")
                .containsPattern("iommufd +usable")
                .containsPattern("pci +usable")
                .contains("Active")
                .doesNotContain("Installed  ", "Resolved  ", "Exception");
        assertThat(names(home))
                .containsExactly(
                        "LICENSE", "README.md", "bin", "bundle", "cache", "conf", "lib", "shell");
        assertThat(names(userHome)).isEmpty();
    }

    @Test
    void secondStartAndOneAfterAMoveAnswerAsTheFirst() throws Exception {
        String first = shell("jvfio:backends");

        assertThat(shell("jvfio:backends")).isEqualTo(first);
        home = Files.move(home, folder.resolve("moved"));
        assertThat(shell("jvfio:backends")).isEqualTo(first);
    }

    @Test
    void shellTellsWhatTheCommandsDo() throws Exception {
        assertThat(shell("help jvfio:list", "help jvfio:release"))
                .contains("the devices that VFIO could open")
                .contains("its number or its symbolic name");
    }

    @Test
    void bundlesComeAndGoInTheShell() throws Exception {
        String answer =
                shell(
                        "jvfio:release org.jvfio.backend.iommufd",
                        "jvfio:release org.jvfio.backend.spapr",
                        "jvfio:backends");

        assertThat(answer)
                .contains("org.jvfio.backend.iommufd: stopped")
                .containsPattern("legacy +usable")
                .doesNotContainPattern("iommufd +usable");
    }
}
