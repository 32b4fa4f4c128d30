// SPDX-License-Identifier: Apache-2.0
package org.jvfio.images;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A command of this machine that has ended: its exit status, and all that it printed. */
record Ran(int status, String output) {
    private static final long DEADLINE_SECONDS = 120;

    static Ran of(Object... command) throws Exception {
        return with(Map.of(), command);
    }

    /** With variables in its environment besides. */
    static Ran with(Map<String, String> variables, Object... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(words(command)).redirectErrorStream(true);
        builder.environment().putAll(variables);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(builder.command() + " does not end");
        }
        return new Ran(process.exitValue(), output);
    }

    static String[] words(Object... command) {
        return Stream.of(command).map(Object::toString).toArray(String[]::new);
    }

    /** Leaves a test out where this machine lacks a tool. */
    static void assumeTool(String name) {
        boolean there =
                Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
        assumeTrue(there, name + " is not installed here");
    }
}
