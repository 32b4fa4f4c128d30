// SPDX-License-Identifier: Apache-2.0
package org.jvfio.manual;

import static org.jvfio.manual.Roff.bold;
import static org.jvfio.manual.Roff.italic;
import static org.jvfio.manual.Roff.plain;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The man page of one command. */
final class ManPage {
    private static final String OPTIONS_OF_JAVA =
            "Options for the Java that runs the command, for example -Xlog:gc. It is started with"
                    + " -XX:+UseSerialGC; to choose another collector, say -XX:-UseSerialGC first.";

    private final CommandSpec command;
    private final Roff page = new Roff();

    ManPage(CommandSpec command) {
        this.command = command;
    }

    /** {@code jvfio-broker} for {@code jvfio broker}. */
    String name() {
        return command.qualifiedName("-");
    }

    /**
     * The page.
     *
     * @param date of what it describes
     */
    String text(String version, String date) {
        page.comment("SPDX-License-Identifier: Apache-2.0");
        page.request("TH", name().toUpperCase(Locale.ROOT), "1", date, "jvfio " + version, "jvfio");
        page.section("Name").line(plain(name()), " \\- ", plain(headline()));
        page.section("Synopsis").line(bold(command.qualifiedName()), " ", plain(synopsis()));
        description();
        commands();
        options();
        exitStatus();
        if (command.parent() == null) {
            page.section("Environment").item(bold("JVFIO_OPTS"), OPTIONS_OF_JAVA);
        }
        seeAlso();
        return page.toString();
    }

    private String headline() {
        return formatted(command.usageMessage().header()).get(0).replaceFirst("\\.$", "");
    }

    /** As {@code --help} says it, without the command's name and line breaks. */
    private String synopsis() {
        CommandLine.Help help = new CommandLine.Help(command, CommandLine.Help.Ansi.OFF);
        String whole = help.synopsis(0).replaceAll("\\s+", " ").strip();
        return whole.substring(command.qualifiedName().length()).strip();
    }

    private void description() {
        page.section("Description");
        List<String> paragraphs = formatted(command.usageMessage().description());
        if (paragraphs.isEmpty()) {
            paragraphs = formatted(command.usageMessage().header());
        }
        for (int i = 0; i < paragraphs.size(); i++) {
            if (i > 0) {
                page.request("PP");
            }
            page.line(plain(paragraphs.get(i)));
        }
    }

    private void commands() {
        if (command.subcommands().isEmpty()) {
            return;
        }
        page.section("Commands");
        for (CommandLine each : command.subcommands().values()) {
            CommandSpec spec = each.getCommandSpec();
            page.item(bold(spec.name()), String.join(" ", formatted(spec.usageMessage().header())));
        }
    }

    private void options() {
        page.section("Options");
        for (PositionalParamSpec each : command.positionalParameters()) {
            page.item(italic(each.paramLabel()), String.join(" ", formatted(each.description())));
        }
        for (OptionSpec each : command.options()) {
            if (!each.hidden()) {
                page.item(head(each), String.join(" ", formatted(each.description())));
            }
        }
    }

    private String head(OptionSpec option) {
        String parameter =
                option.arity().max() == 0
                        ? ""
                        : plain(command.parser().separator()) + italic(option.paramLabel());
        return Stream.of(option.names())
                .map(name -> bold(name) + parameter)
                .collect(Collectors.joining(", "));
    }

    private void exitStatus() {
        Map<String, String> statuses = command.usageMessage().exitCodeList();
        if (!statuses.isEmpty()) {
            page.section("Exit status");
            statuses.forEach((status, meaning) -> page.item(bold(status), meaning));
        }
    }

    private void seeAlso() {
        List<String> others = new ArrayList<>();
        CommandSpec parent = command.parent();
        if (parent == null) {
            for (CommandLine each : command.subcommands().values()) {
                others.add(bold(each.getCommandSpec().qualifiedName("-")) + "(1)");
            }
        } else {
            others.add(bold(parent.qualifiedName("-")) + "(1)");
        }
        page.section("See also").line(String.join(", ", others));
    }

    /** picocli's texts are format strings. */
    private static List<String> formatted(String... texts) {
        return Stream.of(texts).map(text -> text.formatted()).toList();
    }
}
