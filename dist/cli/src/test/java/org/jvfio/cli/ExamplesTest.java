// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Java in the documents is Java that the build compiles. */
final class ExamplesTest {
    private static final Path ROOT = Path.of("../..");
    private static final List<Path> FOLDERS =
            List.of(
                    Path.of("src"),
                    ROOT.resolve("testing/testbed/src/test"),
                    ROOT.resolve("testing/testkit/src/main/java/org/jvfio/testkit/guide"));
    private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "docs/guides/first-driver.md",
                "docs/testing-without-hardware.md",
                "docs/vmm-guide.md"
            })
    void eachExampleIsPartOfACompiledFile(String document) throws IOException {
        List<String> examples =
                EXAMPLE.matcher(Files.readString(ROOT.resolve(document)))
                        .results()
                        .map((MatchResult match) -> flat(match.group(1)))
                        .toList();
        List<String> sources = sources();

        assertThat(examples)
                .isNotEmpty()
                .allSatisfy(
                        example ->
                                assertThat(sources).anyMatch(source -> source.contains(example)));
    }

    private static List<String> sources() throws IOException {
        List<String> texts = new ArrayList<>();
        for (Path folder : FOLDERS) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .map(ExamplesTest::text)
                        .forEach(texts::add);
            }
        }
        return texts;
    }

    private static String text(Path file) {
        try {
            return flat(Files.readString(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The lines without their indentation. */
    private static String flat(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n", "", "\n"));
    }
}
