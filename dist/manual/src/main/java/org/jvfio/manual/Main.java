// SPDX-License-Identifier: Apache-2.0
package org.jvfio.manual;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.AutoComplete;
import picocli.CommandLine;

/** Writes the manual of the jvfio command into a folder laid out like {@code /usr/share}. */
public final class Main {
    private static final int DATE_LENGTH = "2026-01-01".length();

    private Main() {}

    /**
     * Writes it.
     *
     * @param arguments the folder, the version of jvfio, and the date (ISO 8601) that pages bear
     */
    public static void main(String[] arguments) throws IOException {
        write(Path.of(arguments[0]), arguments[1], arguments[2].substring(0, DATE_LENGTH));
    }

    static void write(Path share, String version, String date) throws IOException {
        CommandLine jvfio = org.jvfio.cli.Main.description();
        Path pages = Files.createDirectories(share.resolve("man/man1"));
        write(pages, jvfio, version, date);
        for (CommandLine command : jvfio.getSubcommands().values()) {
            write(pages, command, version, date);
        }
        Path completions = Files.createDirectories(share.resolve("bash-completion/completions"));
        Files.writeString(completions.resolve("jvfio"), AutoComplete.bash("jvfio", jvfio));
    }

    private static void write(Path folder, CommandLine command, String version, String date)
            throws IOException {
        ManPage page = new ManPage(command.getCommandSpec());
        Files.writeString(folder.resolve(page.name() + ".1"), page.text(version, date));
    }
}
