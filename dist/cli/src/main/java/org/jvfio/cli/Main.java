// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.io.BufferedWriter;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code jvfio} command, and the options that all its commands have. */
@Command(
        name = "jvfio",
        header = "Shows and tries the devices that Linux VFIO gives to user space.",
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = VersionReport.class,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:refused, or a step failed: the message says what to do",
            "2:the command line is wrong",
            "3:nothing here can be used: no backend or bus, no device for the demo"
        })
public final class Main implements Callable<Integer> {
    static final String THIS_MACHINE = "linux";
    static final String SIMULATED = "simulated";

    /** In the order of the usage text. */
    static final List<String> COMMANDS =
            List.of("backends", "buses", "list", "info", "demo", "broker", "version", "help");

    private static final List<String> VERSION_ALONE = List.of("version");
    private static final int USAGE_WIDTH = 100;

    private final PrintWriter out;
    private final PrintWriter err;

    @Option(
            names = "--host",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description =
                    "The host to work on: linux (this machine, the default) or simulated (a kernel"
                            + " in this process, with devices of its own).")
    private @Nullable String host;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print JSON, for programs.")
    private boolean json;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Show where in the code a failure comes from.")
    private boolean debug;

    Main(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /** Runs the command and ends the JVM with its exit status. */
    public static void main(String[] arguments) {
        System.exit(run(printer(System.out), printer(System.err), arguments));
    }

    private static PrintWriter printer(PrintStream stream) {
        Writer writer = new OutputStreamWriter(stream, Charset.defaultCharset());
        return new PrintWriter(new BufferedWriter(writer), true);
    }

    /** Runs the command and returns its exit status. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        Main main = new Main(out, err);
        List<String> given = List.of(arguments);
        if (given.equals(VERSION_ALONE)) {
            return main.versionAlone();
        }
        return main.commandLine(named(given)).execute(arguments);
    }

    /** Asked by programs all the time; what has no options needs no parser of options. */
    private int versionAlone() {
        try {
            show(new VersionReport());
            return ExitStatus.OK;
        } catch (VfioException refused) {
            err.println("jvfio: " + refused.getMessage());
            return ExitStatus.REFUSED;
        }
    }

    /**
     * The commands that the arguments name; all where they name none or ask for help. To read one
     * command's annotations takes longer than to run most of them.
     */
    private static List<String> named(List<String> given) {
        List<String> named = COMMANDS.stream().filter(given::contains).toList();
        boolean all = named.isEmpty() || given.contains("--help") || given.contains("-h");
        return all ? COMMANDS : named;
    }

    /**
     * The command with all that it says of itself, for those who write its manual; not to be run.
     */
    public static CommandLine description() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        return new Main(nowhere, nowhere).commandLine();
    }

    /** The command with all its commands. */
    CommandLine commandLine() {
        return commandLine(COMMANDS);
    }

    private CommandLine commandLine(List<String> commands) {
        Complaints complaints = new Complaints(this);
        CommandLine jvfio = new CommandLine(this);
        commands.forEach(name -> jvfio.addSubcommand(command(name)));
        return jvfio.setUsageHelpWidth(USAGE_WIDTH)
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler(complaints)
                .setParameterExceptionHandler(complaints);
    }

    private Object command(String name) {
        return switch (name) {
            case "backends" -> new BackendsCommand(this);
            case "buses" -> new BusesCommand(this);
            case "list" -> new ListCommand(this);
            case "info" -> new InfoCommand(this);
            case "demo" -> new DemoCommand(this);
            case "broker" -> new BrokerCommand(this);
            case "version" -> new VersionCommand(this);
            case "help" -> new HelpCommand(this);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Without a command: says which there are. */
    @Override
    public Integer call() {
        commandLine().usage(err);
        return ExitStatus.USAGE;
    }

    /** The host that was asked for; null if the command may choose. */
    @Nullable String host() {
        return host;
    }

    boolean json() {
        return json;
    }

    boolean debug() {
        return debug;
    }

    PrintWriter out() {
        return out;
    }

    /** Opens the host that was asked for, else this machine. */
    Vfio open() {
        return open(host == null ? THIS_MACHINE : host);
    }

    static Vfio open(String name) {
        return Vfio.builder().host(name).open();
    }

    /** Prints what a command has found, as the user wants to see it. */
    void show(Report report) {
        if (json) {
            out.println(report.json().text());
        } else {
            report.print(out);
        }
        out.flush();
    }
}
