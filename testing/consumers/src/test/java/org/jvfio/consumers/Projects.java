// SPDX-License-Identifier: Apache-2.0
package org.jvfio.consumers;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The projects, built by a Maven that knows two repositories: the staged one, and plugins. */
final class Projects {
    private static final long MINUTES = 5;
    private static final Path SOURCES = Path.of(Staged.property("jvfio.projects"));
    private static final Path WORK = Path.of(Staged.property("jvfio.work"));
    private static final String SETTINGS =
            """
            <settings>
              <localRepository>%s</localRepository>
              <mirrors>
                <mirror>
                  <id>plugins</id>
                  <mirrorOf>*,!staged</mirrorOf>
                  <url>%s</url>
                </mirror>
              </mirrors>
              <profiles>
                <profile>
                  <id>staged</id>
                  <repositories>
                    <repository>
                      <id>staged</id>
                      <url>%s</url>
                      <snapshots><checksumPolicy>%s</checksumPolicy></snapshots>
                    </repository>
                  </repositories>
                </profile>
              </profiles>
              <activeProfiles>
                <activeProfile>staged</activeProfile>
              </activeProfiles>
            </settings>
            """;

    private Projects() {}

    /** Builds them all. */
    static void build() throws IOException, InterruptedException {
        Path projects = copy();
        Path settings = WORK.resolve("settings.xml");
        Files.writeString(
                settings,
                SETTINGS.formatted(
                        WORK.resolve("local"),
                        Path.of(Staged.property("jvfio.plugins")).toUri(),
                        Staged.REPOSITORY.toUri(),
                        Boolean.getBoolean("jvfio.release") ? "fail" : "ignore"));
        run(
                List.of(
                        Path.of(Staged.property("jvfio.maven"), "bin/mvn").toString(),
                        "-B",
                        "--global-settings=" + settings,
                        "--settings=" + settings,
                        "--file=" + projects,
                        "-Djvfio.version=" + Staged.VERSION,
                        "-Dmaven.test.skip",
                        "package"));
    }

    private static Path copy() throws IOException {
        if (Files.exists(WORK)) {
            try (Stream<Path> files = Files.walk(WORK)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
        Path projects = WORK.resolve("src");
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.toList()) {
                Path copy = projects.resolve(SOURCES.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
        return projects;
    }

    /** The folder where a project keeps what was made of it. */
    static Path target(String project) {
        return WORK.resolve("src").resolve(project).resolve("target");
    }

    /** Runs a command, and answers what it printed. */
    static String run(List<String> command) throws IOException, InterruptedException {
        Path printed = Files.createTempFile("jvfio-consumer", "");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(printed.toFile())
                        .start();
        try {
            process.getOutputStream().close();
            boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
            String text = new String(Files.readAllBytes(printed), StandardCharsets.UTF_8);
            if (!ended || process.exitValue() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": failed: " + text);
            }
            return text;
        } finally {
            process.destroyForcibly();
            Files.delete(printed);
        }
    }
}
