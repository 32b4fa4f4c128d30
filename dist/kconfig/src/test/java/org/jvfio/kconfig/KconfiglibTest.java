// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The resolver beside kconfiglib, the reference implementation, on trees by chance. */
final class KconfiglibTest {
    private static final int TREES = 500;
    private static final String UNMET = "unmet";
    private static final String SELECTS = " selects ";
    private static final String ADVICE = "no kconfiglib: install the package python3-kconfiglib";

    // Debian's package is for Debian's own Python.
    private static final List<Path> PYTHONS =
            List.of(Path.of("/usr/bin/python3"), Path.of("/usr/local/bin/python3"));

    @TempDir private Path folder;

    @Test
    void agreesWithKconfiglibOnTreesByChance() throws Exception {
        List<String> python = new ArrayList<>(python());
        assumeTrue(!python.isEmpty(), ADVICE);
        long seed = Long.getLong("jvfio.seed", System.nanoTime());
        List<Path> cases = new ArrayList<>();
        for (int i = 0; i < TREES; i++) {
            cases.add(write(seed + i, folder.resolve("tree" + i)));
        }
        python.add("src/test/python/resolve.py");
        for (Path tree : cases) {
            python.add(tree.toString());
            python.add(tree.resolve("defconfig").toString());
        }
        String[] expected = run(python).split("case\n", -1);
        assertThat(expected).hasSize(TREES + 1);
        int resolved = 0;
        for (int i = 0; i < TREES; i++) {
            String[] parts = expected[i + 1].split("part\n", -1);
            List<String> wanted = Stream.of(parts).skip(1).map(KconfiglibTest::orUnmet).toList();
            assertThat(ours(cases.get(i)))
                    .as("-Djvfio.seed=%d, tree %d:%n%s", seed, i, text(cases.get(i)))
                    .isEqualTo(wanted);
            resolved += wanted.contains(UNMET) ? 0 : 1;
        }
        assertThat(resolved).isBetween(TREES / 2, TREES - 1); // Both answers were seen.
    }

    private static String orUnmet(String part) {
        return part.contains(UNMET) ? UNMET : part;
    }

    @ParameterizedTest
    @ValueSource(strings = {"x86_64", "aarch64", "s390x", "ppc64le"})
    void agreesWithKconfiglibOnThePlatforms(String platform) throws Exception {
        List<String> python = new ArrayList<>(python());
        assumeTrue(!python.isEmpty(), ADVICE);
        Path root = Path.of("../..").toAbsolutePath().normalize();
        Path defconfig = root.resolve("dist").resolve(platform).resolve("defconfig");
        python.add("src/test/python/resolve.py");
        python.add(root.toString());
        python.add(defconfig.toString());
        Configuration ours =
                Resolver.of(Kconfig.read(root.resolve("Kconfig")))
                        .resolve(Settings.read(defconfig));
        assertThat(run(python)).startsWith("case\npart\n" + text(ours.lines()) + "part\n");
    }

    private static Path write(long seed, Path tree) throws IOException {
        Files.createDirectory(tree);
        Files.write(tree.resolve("Kconfig"), RandomTree.kconfig(seed));
        Files.write(tree.resolve("defconfig"), RandomTree.defconfig(seed));
        return tree;
    }

    private static String text(Path tree) throws IOException {
        return Files.readString(tree.resolve("Kconfig"))
                + Files.readString(tree.resolve("defconfig"));
    }

    private List<String> ours(Path tree) {
        Kconfig kconfig = Kconfig.read(tree.resolve("Kconfig"));
        Settings chosen = Settings.read(tree.resolve("defconfig"));
        Resolver resolver = Resolver.of(kconfig).forgiving();
        return List.of(
                olddefconfig(tree),
                unlessUnmet(() -> resolver.withoutDefaults().resolve(chosen).lines()),
                unlessUnmet(
                        () -> {
                            Configuration after = resolver.resolve(chosen);
                            return after.changes(resolver.resolve(Settings.none()));
                        }));
    }

    /** By the command: what it leaves in the file. */
    private String olddefconfig(Path tree) {
        StringWriter err = new StringWriter();
        Path config = tree.resolve("config");
        try {
            Files.copy(tree.resolve("defconfig"), config);
            int status =
                    Main.run(
                            new PrintWriter(Writer.nullWriter()),
                            new PrintWriter(err, true),
                            "olddefconfig",
                            "--kconfig=" + tree.resolve("Kconfig"),
                            config.toString());
            if (status != 0) {
                assertThat(err.toString()).contains(SELECTS);
                return UNMET;
            }
            return Files.readString(config);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String unlessUnmet(Supplier<List<String>> lines) {
        try {
            return text(lines.get());
        } catch (KconfigException unmet) {
            assertThat(unmet).hasMessageContaining(SELECTS);
            return UNMET;
        }
    }

    private static String text(List<String> lines) {
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private static List<String> python() throws Exception {
        for (Path python : PYTHONS) {
            List<String> command = List.of(python.toString(), "-c", "import kconfiglib");
            if (Files.isExecutable(python) && start(command).waitFor() == 0) {
                return List.of(python.toString());
            }
        }
        return List.of();
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static String run(List<String> command) throws Exception {
        Process process = start(command);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return output;
    }
}
