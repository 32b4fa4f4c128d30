// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jvfio.kconfig.Trees.file;
import static org.jvfio.kconfig.Trees.tree;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KconfigParserTest {
    @TempDir private Path folder;

    @Test
    void helpEndsWhereTheTextIsNoLongerIndented() {
        Symbol symbol =
                tree(
                                folder,
                                """
                                config A
                                	bool "a thing"
                                	help
                                	  First line, with config and "quotes.

                                	  Third line.
                                config B
                                	bool
                                """)
                        .symbol("A")
                        .orElseThrow();
        assertThat(symbol.help()).isEqualTo("First line, with config and \"quotes.\n\nThird line.");
        assertThat(symbol.prompt()).contains("a thing");
        assertThat(symbol.at()).hasToString("Kconfig:1");
    }

    @Test
    void sourcedFilesStandInTheirPlaceAndKeepTheirLines() {
        file(folder, "pci/Kconfig", "# a comment\n\nconfig PCI\n\tbool\n");
        Kconfig tree = tree(folder, "config A\n\tbool\nsource \"pci/Kconfig\"\nconfig B\n\tbool\n");
        assertThat(tree.symbols()).extracting(Symbol::name).containsExactly("A", "PCI", "B");
        assertThat(tree.symbol("PCI").orElseThrow().at()).hasToString("pci/Kconfig:3");
    }

    @Test
    void fileThatSourcesItselfIsAnError() {
        file(folder, "pci/Kconfig", "source \"pci/Kconfig\"\n");
        assertThatThrownBy(() -> tree(folder, "source \"pci/Kconfig\"\n"))
                .hasMessage("pci/Kconfig:1: pci/Kconfig sources itself");
    }

    @Test
    void missingFileIsNamedWhereItIsSourced() {
        assertThatThrownBy(() -> tree(folder, "\nsource \"gone/Kconfig\"\n"))
                .hasMessage("Kconfig:2: gone/Kconfig: there is no such file");
        assertThatThrownBy(() -> Kconfig.read(folder.resolve("gone")))
                .hasMessageEndingWith("gone: there is no such file");
    }

    @Test
    void backslashJoinsLines() {
        Kconfig tree =
                tree(folder, "config A\n\tbool\n\tdefault y \\\n\t\tif !A2\nconfig A2\n\tbool\n");
        assertThat(Resolver.of(tree).resolve(Settings.none()).on()).containsExactly("A");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "config A$bool$depends on B              | 3: B is not defined anywhere",
                "config A$bool$select B                  | 3: B is not defined anywhere",
                "config A                                | 1: A has no type; add 'bool' below it",
                "config A$tristate                       | 2: 'tristate': a module is there or not; write 'bool'",
                "config A$bool$default m                 | 3: 'm': a module is there or not; write y or n",
                "config A$bool$default y z               | 3: 'z' is one word too many",
                "config A$bool$depends A                 | 3: 'on' is missing",
                "config A$bool$depends on (A             | 3: ')' is missing",
                "config A$bool$depends on A &&           | 3: a symbol, y or n is missing at the end of the line",
                "config A$bool$depends on A & A          | 3: '& A' is one word too many",
                "config A$bool$default \"maybe\"         | 3: 'maybe' is neither a symbol, y nor n",
                "config A-B$bool                         | 1: 'A-B' is no name for a symbol",
                "config$bool                             | 1: a symbol is missing at the end of the line",
                "if y$config A$bool                      | 3: endif is missing; Kconfig:1 waits for it",
                "menu \"m\"$config A$bool$endif          | 4: 'endif' cannot stand here, or is not known",
                "choice                                  | 1: 'choice' cannot stand here, or is not known",
            })
    void whatCannotBeIsNamedWithItsLine(String text, String message) {
        assertThatThrownBy(() -> tree(folder, text.replace('$', '\n') + "\n"))
                .isInstanceOf(KconfigException.class)
                .hasMessage("Kconfig:" + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CONFIG_A=m  | defconfig:1: 'm' is neither y nor n",
                "A=y         | defconfig:1: 'A=y' is not of the form CONFIG_NAME=y",
            })
    void settingsThatCannotBeAreNamedWithTheirLine(String line, String message) {
        assertThatThrownBy(() -> Trees.settings(line)).hasMessage(message);
    }
}
