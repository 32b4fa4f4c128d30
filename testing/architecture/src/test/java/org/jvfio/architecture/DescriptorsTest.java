// SPDX-License-Identifier: Apache-2.0
package org.jvfio.architecture;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Opens;
import java.lang.module.ModuleDescriptor.Requires;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each module promises and needs, against the text that was agreed on. */
final class DescriptorsTest {
    private static final String REFRESH = "jvfio.golden.refresh";
    private static final Path GOLDEN =
            Reactor.root().resolve("testing/architecture/src/test/resources/descriptors");

    @ParameterizedTest
    @MethodSource("jars")
    void descriptorIsTheAgreedOne(ModuleJar jar) throws IOException {
        Path golden = GOLDEN.resolve(jar.name() + ".txt");
        String text = describe(jar);
        if (Boolean.getBoolean(REFRESH)) {
            Files.writeString(golden, text);
        }

        assertThat(Files.exists(golden) ? Reactor.text(golden) : "")
                .as(
                        "%s: the module descriptor changed. If that is meant, run%n"
                                + "    mvn verify -D%s=true%n"
                                + "and commit what changed in %s",
                        jar, REFRESH, Reactor.root().relativize(GOLDEN))
                .isEqualTo(text);
    }

    @Test
    void eachAgreedTextHasItsModule() {
        var agreed =
                Reactor.files(GOLDEN, ".txt").stream().map(file -> file.getFileName().toString());
        var built = jars().map(jar -> jar.name() + ".txt").collect(toSet());

        assertThat(agreed).allSatisfy(file -> assertThat(built).contains(file));
    }

    @ParameterizedTest
    @MethodSource("jars")
    void servicesOfTheClassPathAreThoseOfTheModulePath(ModuleJar jar) {
        assertThat(jar.services())
                .as("%s: META-INF/services against provides of module-info", jar)
                .isEqualTo(jar.provides());
    }

    @Test
    void apiNeedsNothingButTheJdkBase() {
        var api = jars().filter(jar -> jar.name().equals("org.jvfio")).findFirst().orElseThrow();

        assertThat(api.descriptor().requires())
                .filteredOn(requires -> !requires.modifiers().contains(Requires.Modifier.STATIC))
                .extracting(Requires::name)
                .containsExactly("java.base");
    }

    static Stream<ModuleJar> jars() {
        return Reactor.jars().stream();
    }

    /** Much like {@code jar --describe-module}, without versions and paths. */
    private static String describe(ModuleJar jar) {
        ModuleDescriptor module = jar.descriptor();
        var lines = new TreeSet<String>();
        var inside = jar.packages();
        for (Requires requires : module.requires()) {
            lines.add("requires " + modifiers(requires.modifiers()) + requires.name());
        }
        for (Exports exports : module.exports()) {
            inside.remove(exports.source());
            lines.add("exports " + exports.source() + to(exports.targets()));
        }
        for (Opens opens : module.opens()) {
            lines.add("opens " + opens.source() + to(opens.targets()));
        }
        module.uses().forEach(service -> lines.add("uses " + service));
        module.provides()
                .forEach(
                        provides ->
                                lines.add(
                                        "provides %s with %s"
                                                .formatted(
                                                        provides.service(),
                                                        list(provides.providers()))));
        inside.forEach(name -> lines.add("contains " + name));
        return module.name() + "\n" + lines.stream().map(line -> line + "\n").collect(joining());
    }

    private static String modifiers(Set<Requires.Modifier> modifiers) {
        return modifiers.stream()
                .map(modifier -> modifier.name().toLowerCase(Locale.ROOT) + " ")
                .sorted()
                .collect(joining());
    }

    private static String to(Set<String> targets) {
        return targets.isEmpty() ? "" : " to " + list(targets);
    }

    private static String list(Collection<String> names) {
        return names.stream().sorted().collect(joining(", "));
    }
}
