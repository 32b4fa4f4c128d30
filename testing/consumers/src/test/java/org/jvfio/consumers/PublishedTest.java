// SPDX-License-Identifier: Apache-2.0
package org.jvfio.consumers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is published, and what each artifact tells of itself. */
final class PublishedTest {
    private static final List<String> NOT_INHERITED = List.of("name", "description");
    private static final List<String> SAID_ONCE = List.of("licenses", "developers");

    static List<String> artifacts() {
        return Staged.artifacts();
    }

    static List<String> jars() {
        return Staged.jars();
    }

    @BeforeAll
    static void publish() throws IOException {
        Staged.fill();
    }

    @Test
    void modulesTheirParentAndTheBomArePublishedAndNoTests() {
        assertThat(Staged.artifacts())
                .contains("jvfio-parent", "jvfio-bom", "jvfio-api", "jvfio-testkit", "jvfio-cli")
                .doesNotContain(
                        "jvfio-testbed",
                        "jvfio-architecture",
                        "jvfio-benchmarks",
                        "jvfio-consumers",
                        "jvfio-trimming",
                        "jvfio-image");
        assertThat(Staged.jars()).hasSizeGreaterThanOrEqualTo(12);
    }

    @ParameterizedTest
    @MethodSource("artifacts")
    void pomSaysWhatCentralAsksFor(String artifact) throws IOException {
        String pom = Files.readString(Staged.pom(artifact));
        assertThat(NOT_INHERITED).allMatch(element -> pom.contains("\n  <" + element + ">"));
        if (!pom.contains("<artifactId>jvfio-parent</artifactId>\n    <version>")) {
            assertThat(SAID_ONCE).allMatch(element -> pom.contains("\n  <" + element + ">"));
        }
    }

    @ParameterizedTest
    @MethodSource("jars")
    void releasedJarHasSourcesAndDocumentation(String artifact) {
        assumeTrue(Boolean.getBoolean("jvfio.release"), "made with -Prelease only");
        assertThat(Staged.has(artifact, "-sources.jar")).isTrue();
        assertThat(Staged.has(artifact, "-javadoc.jar")).isTrue();
    }

    @ParameterizedTest
    @MethodSource("artifacts")
    void releasedFilesAreSigned(String artifact) {
        assumeTrue(
                Boolean.getBoolean("jvfio.release") && Boolean.getBoolean("jvfio.signed"),
                "made with -Prelease -Dgpg.keyname=KEY only");
        assertThat(Staged.has(artifact, ".pom.asc")).isTrue();
        assertThat(Staged.has(artifact, ".jar.asc")).isEqualTo(Staged.has(artifact, ".jar"));
    }
}
