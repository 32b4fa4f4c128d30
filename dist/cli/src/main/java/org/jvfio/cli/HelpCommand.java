// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The same as {@code --help}, for those who look for a command. */
@Command(name = "help", header = "Explains jvfio, or one of its commands.")
final class HelpCommand implements Callable<Integer> {
    private final Main main;

    @Parameters(paramLabel = "COMMAND", arity = "0..1", description = "The command to explain.")
    private String command = "";

    HelpCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() {
        CommandLine jvfio = main.commandLine();
        CommandLine explained = command.isEmpty() ? jvfio : jvfio.getSubcommands().get(command);
        if (explained == null) {
            throw new WrongArgument("\"" + command + "\": no such command; see jvfio help");
        }
        explained.usage(main.out());
        return ExitStatus.OK;
    }
}
