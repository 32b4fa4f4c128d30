// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code jvfio-kconfig}, for those who make a distribution of their own. */
@Command(
        name = "jvfio-kconfig",
        header = "Says what a distribution of jvfio has, from a Kconfig tree and a few choices.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND")
public final class Main {
    private static final int CONTRADICTION = 1;
    private static final String DEFCONFIG = "What is chosen; of several files the last one counts.";

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--kconfig",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            defaultValue = "Kconfig",
            description = "The first file of the tree (default: ${DEFAULT-VALUE}).")
    private Path kconfig = Path.of("Kconfig");

    @Option(
            names = "--without-default-devices",
            scope = ScopeType.INHERIT,
            description = "Let no default and no imply turn anything on.")
    private boolean withoutDefaults;

    private Main() {}

    /**
     * Runs the command and ends the process.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        System.exit(
                run(
                        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                        arguments));
    }

    /**
     * Runs the command; 0 if it did, 1 if something contradicts something else, 2 for wrong use.
     */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler(
                        (failure, command, parsed) -> {
                            if (!(failure instanceof KconfigException)) {
                                throw failure;
                            }
                            err.println(failure.getMessage());
                            return CONTRADICTION;
                        })
                .execute(arguments);
    }

    @Command(name = "resolve", header = "Prints the configuration that follows from DEFCONFIG.")
    void resolve(
            @Parameters(paramLabel = "DEFCONFIG", arity = "1..*", description = DEFCONFIG)
                    List<Path> defconfigs) {
        Kconfig tree = Kconfig.read(kconfig);
        resolver(tree).resolve(settings(defconfigs)).lines().forEach(out()::println);
    }

    @Command(
            name = "modules",
            header = "Prints the Java modules of the configuration that follows from DEFCONFIG.")
    void modules(
            @Parameters(paramLabel = "DEFCONFIG", arity = "1..*", description = DEFCONFIG)
                    List<Path> defconfigs) {
        Kconfig tree = Kconfig.read(kconfig);
        Configuration configuration = resolver(tree).resolve(settings(defconfigs));
        ImageContents.of(tree, root(), configuration).modules().forEach(out()::println);
    }

    @Command(
            name = "image",
            header =
                    "Writes what an image has to know, and prints its modules as jlink wants them.",
            description =
                    "Writes jvfio.config, the configuration that follows from DEFCONFIG, and"
                            + " jvfio.modules, all Java modules with the symbol that puts each in.")
    void image(
            @Option(
                            names = "--output",
                            required = true,
                            paramLabel = "FOLDER",
                            description = "Where to write.")
                    Path folder,
            @Parameters(paramLabel = "DEFCONFIG", arity = "1..*", description = DEFCONFIG)
                    List<Path> defconfigs)
            throws IOException {
        Kconfig tree = Kconfig.read(kconfig);
        Configuration configuration = resolver(tree).resolve(settings(defconfigs));
        ImageContents contents = ImageContents.of(tree, root(), configuration);
        Files.createDirectories(folder);
        Files.write(folder.resolve("jvfio.config"), configuration.lines());
        Files.write(folder.resolve("jvfio.modules"), contents.symbols());
        out().println(String.join(",", contents.modules()));
    }

    @Command(
            name = "olddefconfig",
            header = "Brings CONFIG up to date with the tree, and prints what changed.")
    void oldDefconfig(
            @Parameters(paramLabel = "CONFIG", description = "A configuration made earlier.")
                    Path config)
            throws IOException {
        Kconfig tree = Kconfig.read(kconfig);
        Settings old = Settings.read(config);
        Configuration updated = resolver(tree).forgiving().resolve(old);
        Files.write(config, updated.lines());
        changes(old, updated);
    }

    @Command(
            name = "changes",
            header =
                    "Prints the symbols that DEFCONFIG makes different from what is chosen anyhow.")
    void changed(
            @Parameters(paramLabel = "PLATFORM", description = "The platform's defconfig.")
                    Path platform,
            @Parameters(paramLabel = "DEFCONFIG", arity = "1..*", description = DEFCONFIG)
                    List<Path> defconfigs) {
        Kconfig tree = Kconfig.read(kconfig);
        Settings given = Settings.read(platform);
        Configuration before = Resolver.of(tree).resolve(given);
        Configuration after = resolver(tree).resolve(given.and(settings(defconfigs)));
        after.changes(before).forEach(out()::println);
    }

    @Command(name = "symbols", header = "Prints what can be chosen, and where it is defined.")
    void symbols() {
        for (Symbol symbol : Kconfig.read(kconfig).symbols()) {
            if (symbol.prompt().isPresent()) {
                out().printf("%-18s %s (%s)%n", symbol.name(), symbol.prompt().get(), symbol.at());
            }
        }
    }

    private void changes(Settings old, Configuration updated) {
        for (Map.Entry<String, Settings.Setting> each : old.bySymbol().entrySet()) {
            if (!updated.knows(each.getKey())) {
                out().println("-CONFIG_" + each.getKey());
            }
        }
        for (String symbol : updated.symbols()) {
            Optional<Settings.Setting> before = old.of(symbol);
            if (before.isEmpty() || before.get().value() != updated.isOn(symbol)) {
                out().println((before.isEmpty() ? "+" : " ") + updated.line(symbol));
            }
        }
    }

    private Settings settings(List<Path> files) {
        Settings all = Settings.none();
        for (Path file : files) {
            all = all.and(Settings.read(file));
        }
        return all;
    }

    private Resolver resolver(Kconfig tree) {
        Resolver resolver = Resolver.of(tree);
        return withoutDefaults ? resolver.withoutDefaults() : resolver;
    }

    private Path root() {
        Path folder = kconfig.toAbsolutePath().getParent();
        return folder == null ? kconfig : folder;
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }
}
