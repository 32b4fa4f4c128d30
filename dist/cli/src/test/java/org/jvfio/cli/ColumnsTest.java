// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class ColumnsTest {
    @Test
    void cellsStandUnderEachOtherWithoutSpacesAtTheEnd() {
        Columns columns = new Columns().row("a", "long cell", "x").row("longer", "b").row("", "c");

        assertThat(text(columns))
                .isEqualTo(
                        """
                        a       long cell  x
                        longer  b
                                c
                        """);
    }

    @Test
    void aNoteIsWrappedBetweenWordsUnderItsBullet() {
        String word = "x".repeat(60);
        Columns columns = new Columns("  ").row("a").note("one " + word + " two " + word);

        assertThat(text(columns))
                .isEqualTo("  a\n    - one " + word + " two\n      " + word + "\n");
    }

    @Test
    void aWordThatIsTooLongStaysWhole() {
        String word = "x".repeat(150);

        assertThat(text(new Columns().row("a").note(word))).isEqualTo("a\n  - " + word + "\n");
    }

    private static String text(Columns columns) {
        StringWriter text = new StringWriter();
        columns.print(new PrintWriter(text));
        return text.toString();
    }
}
