// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class JsonObjectTest {
    @Test
    void membersKeepTheirOrderAndNest() {
        String text =
                new JsonObject()
                        .with("z", 1)
                        .with("a", List.of(new JsonObject().with("b", true), "c"))
                        .text();

        assertThat(text)
                .isEqualTo(
                        """
                        {
                          "z": 1,
                          "a": [
                            {
                              "b": true
                            },
                            "c"
                          ]
                        }\
                        """);
    }

    @Test
    void whatIsEmptyStaysOnItsLine() {
        assertThat(new JsonObject().text()).isEqualTo("{}");
        assertThat(new JsonObject().with("a", List.of()).text()).isEqualTo("{\n  \"a\": []\n}");
    }

    @Test
    void anAbsentOptionIsNull() {
        Map<String, Object> read =
                JsonText.read(
                        new JsonObject()
                                .with("a", Optional.empty())
                                .with("b", OptionalInt.empty())
                                .with("c", Optional.of("text"))
                                .with("d", OptionalInt.of(-7))
                                .text());

        assertThat(read)
                .containsExactly(
                        Map.entry("a", "null"),
                        Map.entry("b", "null"),
                        Map.entry("c", "text"),
                        Map.entry("d", "-7"));
    }

    @Test
    void anyCharacterSurvivesAndTheTextIsAscii() {
        String nasty = "\"\\/\b\f\n\r\t\u0000\u001f\u007f\u00e9\u2028\ud83d\ude00";

        String text = new JsonObject().with(nasty, nasty).text();

        assertThat(text).matches("[ -~\n]*");
        assertThat(JsonText.read(text)).containsExactly(Map.entry(nasty, nasty));
    }

    @Test
    void aValueWithoutJsonIsRefused() {
        JsonObject object = new JsonObject().with("a", new Object());

        assertThatThrownBy(object::text).isInstanceOf(IllegalArgumentException.class);
    }
}
