// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code jvfio} command. */
@Command(name = "jvfio", mixinStandardHelpOptions = true, version = "jvfio 0.1.0-SNAPSHOT")
public final class Main implements Runnable {
    private Main() {}

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    /** Runs the command and ends the JVM with its exit status. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }
}
