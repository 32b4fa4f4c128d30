// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Which version this is, and what it is made of. */
@Command(
        name = "version",
        header = "Shows the versions of jvfio, of its modules in this image, and of Java.")
final class VersionCommand implements Callable<Integer> {
    private final Main main;

    VersionCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() {
        main.show(new VersionReport());
        return ExitStatus.OK;
    }
}
