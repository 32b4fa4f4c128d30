// SPDX-License-Identifier: Apache-2.0
package org.jvfio.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What documents name is there: files, types, and members of types. */
class NamesInDocsTest {
    private static final Pattern BLOCK = Pattern.compile("```.*?```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)[^)]*\\)");
    private static final Pattern NAME =
            Pattern.compile("`([A-Z]\\w*[a-z]\\w*)(?:[.#](\\w+))?(?:\\([^`]*\\))*`");
    private static final int FEWEST = 10;

    private final Map<String, List<String>> sources =
            Reactor.sources(".java").stream()
                    .collect(
                            Collectors.groupingBy(
                                    file -> file.getFileName().toString(),
                                    Collectors.mapping(Reactor::text, Collectors.toList())));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "docs/architecture.md",
                "docs/platforms.md",
                "docs/series-v7.md",
                "docs/vmm-guide.md"
            })
    void linksLeadToFiles(String document) {
        Path file = Reactor.root().resolve(document);

        assertThat(LINK.matcher(Reactor.text(file)).results().map(match -> match.group(1)))
                .isNotEmpty()
                .filteredOn(link -> !link.startsWith("http"))
                .allSatisfy(link -> assertThat(file.resolveSibling(link)).matches(Files::exists));
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/platforms.md", "docs/series-v7.md", "docs/vmm-guide.md"})
    void typesAndTheirMembersExist(String document) {
        String text = Reactor.text(Reactor.root().resolve(document));
        List<MatchResult> names =
                NAME.matcher(BLOCK.matcher(text).replaceAll("")).results().toList();

        assertThat(names).hasSizeGreaterThan(FEWEST);
        assertThat(names.stream().filter(name -> !exists(name.group(1), name.group(2))))
                .extracting(MatchResult::group)
                .isEmpty();
    }

    private boolean exists(String type, String member) {
        return isOfJava(type)
                || declaring(type).anyMatch(text -> member == null || has(text, member));
    }

    private static boolean isOfJava(String type) {
        try {
            Class.forName("java.lang." + type);
            return true;
        } catch (ClassNotFoundException unknown) {
            return false;
        }
    }

    /** The sources of the type, of its own file or within another's. */
    private Stream<String> declaring(String type) {
        List<String> own = sources.get(type + ".java");
        if (own != null) {
            return own.stream();
        }
        Pattern nested = Pattern.compile("(record|class|interface|enum) " + type + "\\b");
        return sources.values().stream()
                .flatMap(List::stream)
                .filter(text -> nested.matcher(text).find());
    }

    private static boolean has(String text, String member) {
        return Pattern.compile("\\b" + member + "\\b").matcher(text).find();
    }
}
