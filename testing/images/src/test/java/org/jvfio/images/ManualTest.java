// SPDX-License-Identifier: Apache-2.0
package org.jvfio.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Man pages and completion, as an image has them. */
final class ManualTest {
    private static final Path SHARE = Image.own().file("share");
    private static final List<String> COMMANDS =
            List.of("backends", "buses", "list", "info", "demo", "broker", "version", "help");

    static Stream<Path> pages() throws Exception {
        try (Stream<Path> pages = Files.list(SHARE.resolve("man/man1"))) {
            return pages.sorted().toList().stream();
        }
    }

    @Test
    void eachCommandHasItsPage() throws Exception {
        assertThat(pages().map(page -> page.getFileName().toString()))
                .contains("jvfio.1")
                .containsAll(COMMANDS.stream().map(name -> "jvfio-" + name + ".1").toList())
                .hasSize(COMMANDS.size() + 1);
        assertThat(SHARE.resolve("man/man1/jvfio-broker.1"))
                .content()
                .contains("\\fB\\-\\-socket\\fR=\\fIPATH\\fR", ".SH \"EXIT STATUS\"", "(600)")
                .doesNotContain("${", "%n");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void groffFindsNoFault(Path page) throws Exception {
        Ran.assumeTool("groff");
        assertThat(Ran.of("groff", "-man", "-ww", "-Tutf8", "-z", page)).isEqualTo(new Ran(0, ""));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void mandocFindsNoFault(Path page) throws Exception {
        Ran.assumeTool("mandoc");
        assertThat(Ran.of("mandoc", "-Tlint", "-Wstyle", page)).isEqualTo(new Ran(0, ""));
    }

    @Test
    void bashCompletesCommandsAndOptions() throws Exception {
        Ran.assumeTool("bash");
        assertThat(completed("jvfio", "ba")).isEqualTo("backends");
        assertThat(completed("jvfio", "broker", "--all")).isEqualTo("--allow");
        assertThat(completed("jvfio", "info", "--no")).isEqualTo("--no-open");
    }

    /** What bash makes of these words when the last one is to be completed. */
    private static String completed(String... words) throws Exception {
        String script =
                """
                set -eu
                . "$1"
                shift
                function_name=$(complete -p jvfio | sed 's/.*-F \\([^ ]*\\).*/\\1/')
                COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
                compopt() { :; } # Only a shell with a terminal has it.
                set +eu
                "$function_name" jvfio "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
                echo "${COMPREPLY[*]}"
                """;
        Path completion = SHARE.resolve("bash-completion/completions/jvfio");
        Object[] command =
                Stream.of(
                                Stream.of("bash", "-c", script, "bash", completion),
                                Stream.<Object>of((Object[]) words))
                        .flatMap(parts -> parts)
                        .toArray();
        Ran ran = Ran.of(command);
        assertThat(ran.status()).as(ran.output()).isZero();
        return ran.output().strip();
    }
}
