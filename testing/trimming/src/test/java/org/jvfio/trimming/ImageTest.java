// SPDX-License-Identifier: Apache-2.0
package org.jvfio.trimming;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The images that this build made, against the configurations that the Kconfig resolves. */
final class ImageTest {
    private static final String HOST = "x86_64";

    static List<String> platforms() {
        return Built.platforms();
    }

    @ParameterizedTest
    @MethodSource("platforms")
    void imageHasTheModulesOfItsConfigurationAndNoOthersOfOurs(String platform) throws IOException {
        assertThat(released(platform).filter(Built::isOurs))
                .containsExactlyInAnyOrderElementsOf(Built.modules(Built.configuration(platform)));
    }

    @ParameterizedTest
    @MethodSource("platforms")
    void imageTellsTheConfigurationThatItWasMadeWith(String platform) throws IOException {
        assertThat(Built.image(platform).resolve("conf/jvfio.config"))
                .hasContent(String.join("\n", Built.configuration(platform).lines()));
    }

    @ParameterizedTest
    @MethodSource("platforms")
    void imageKnowsTheSymbolOfEachModuleThatItCouldHave(String platform) throws IOException {
        var symbols = new Properties();
        try (var file =
                Files.newBufferedReader(Built.image(platform).resolve("conf/jvfio.modules"))) {
            symbols.load(file);
        }
        Built.moduleOfSymbol()
                .forEach(
                        (symbol, module) ->
                                assertThat(symbols)
                                        .as(module)
                                        .containsEntry(module, "CONFIG_" + symbol));
    }

    @Test
    void javaOfTheImageListsTheSameModules() throws IOException, InterruptedException {
        Path java = Built.image(HOST).resolve("bin/java");
        Ended listed = Ended.of(List.of(java.toString(), "--list-modules"));
        assertThat(listed.status()).isZero();
        assertThat(listed.out().lines().map(line -> line.replaceFirst("@.*", "")))
                .containsExactlyInAnyOrderElementsOf(released(HOST).toList());
    }

    /** What the image's {@code release} file says; jlink writes it. */
    private static Stream<String> released(String platform) throws IOException {
        return Files.readAllLines(Built.image(platform).resolve("release")).stream()
                .filter(line -> line.startsWith("MODULES="))
                .map(line -> line.replaceAll("MODULES=|\"", ""))
                .flatMap(line -> Stream.of(line.split(" ", -1)));
    }
}
