// SPDX-License-Identifier: Apache-2.0
package org.jvfio.trimming;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What became of a command that ran in a process of its own. */
record Ended(int status, String out, String err) {
    private static final long MINUTES = 5;

    /** Runs a command to its end. */
    static Ended of(List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("jvfio-out", "");
        Path err = Files.createTempFile("jvfio-err", "");
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        try {
            process.getOutputStream().close();
            boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
            String printed = Files.readString(out);
            String complaints = Files.readString(err);
            if (!ended) {
                throw new IllegalStateException(
                        command + ": no end after " + MINUTES + " minutes: " + printed);
            }
            return new Ended(process.exitValue(), printed, complaints);
        } finally {
            process.destroyForcibly();
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Whether it ended by itself, as the command does when all is well but nothing is usable. */
    boolean isOrderly() {
        return (status == 0 || status == 3) && !err.contains("a defect of jvfio");
    }
}
