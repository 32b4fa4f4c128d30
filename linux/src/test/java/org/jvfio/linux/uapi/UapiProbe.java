// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jvfio.linux.Abi;

/**
 * What {@code src/test/c/uapi_probe.c} says of the kernel's headers for one architecture.
 *
 * <p>The probe is compiled to assembly and never run. Where the architecture's own compiler is not
 * installed the machine's does it with the other's headers: that proves the numbers, and the
 * layouts as far as these 64-bit architectures align alike.
 */
final class UapiProbe {
    private static final Path SOURCE = Path.of("src/test/c/uapi_probe.c");
    private static final long COMPILER_SECONDS = 60;
    private static final Pattern LINE =
            Pattern.compile("^#jvfio (\\w+) [$#]?(\\d+) [$#]?(\\d+) (\\S+)$", Pattern.MULTILINE);

    private final Map<String, Map<String, Long>> groups = new TreeMap<>();

    private UapiProbe(String assembly) {
        Matcher line = LINE.matcher(assembly);
        while (line.find()) {
            long value = Long.parseLong(line.group(2)) << 16 | Long.parseLong(line.group(3));
            groups.computeIfAbsent(line.group(1), name -> new TreeMap<>())
                    .put(line.group(4), value);
        }
        assertTrue(!groups.isEmpty(), "the probe said nothing");
    }

    /** Compiles the probe. */
    static UapiProbe of(Abi abi, Path compiler, UapiHeaders headers, Path asm, Path folder)
            throws IOException {
        Path assembly = folder.resolve("uapi_probe.s");
        List<String> command = new ArrayList<>(List.of(compiler.toString(), "-S", "-nostdinc"));
        command.addAll(List.of("-isystem", asm.toString()));
        command.addAll(List.of("-isystem", headers.folder().toString()));
        if (!compiler.getFileName().toString().startsWith(UapiHeaders.triplet(abi))) {
            command.addAll(pretend(abi));
        }
        command.addAll(List.of("-o", assembly.toString(), SOURCE.toString()));
        run(command, folder.resolve("compiler.txt"));
        return new UapiProbe(Files.readString(assembly));
    }

    /** Compiles the probe of what the C library itself says, on this machine. */
    static UapiProbe ofLibrary(Path compiler, Path folder) throws IOException {
        Path assembly = folder.resolve("socket_probe.s");
        run(
                List.of(
                        compiler.toString(),
                        "-S",
                        "-o",
                        assembly.toString(),
                        "src/test/c/socket_probe.c"),
                folder.resolve("compiler.txt"));
        return new UapiProbe(Files.readString(assembly));
    }

    /** The macros by which headers know the architecture. */
    private static List<String> pretend(Abi abi) {
        List<String> options = new ArrayList<>();
        if (Abi.host() != abi) {
            options.add("-U" + macro(Abi.host()));
            options.add("-D" + macro(abi) + "=1");
        }
        return options;
    }

    private static String macro(Abi abi) {
        return switch (abi) {
            case X86_64 -> "__x86_64__";
            case AARCH64 -> "__aarch64__";
            case S390X -> "__s390x__";
            case PPC64LE -> "__powerpc64__";
        };
    }

    private static void run(List<String> command, Path log) throws IOException {
        Process compiler =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            assertTrue(compiler.waitFor(COMPILER_SECONDS, TimeUnit.SECONDS), "the compiler hangs");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            compiler.destroyForcibly();
        }
        String said = Files.readString(log);
        assertEquals(0, compiler.exitValue(), () -> String.join(" ", command) + "\n" + said);
    }

    /** The compiler of an architecture or, failing that, of this machine. */
    static Optional<Path> compiler(Abi abi) {
        return Stream.of(UapiHeaders.triplet(abi) + "-gcc", "cc", "gcc", "clang")
                .flatMap(UapiProbe::onPath)
                .findFirst();
    }

    private static Stream<Path> onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable);
    }

    /** Everything that the headers say in one group; empty if they are too old for it. */
    Map<String, Long> group(String name) {
        return groups.getOrDefault(name, Map.of());
    }
}
