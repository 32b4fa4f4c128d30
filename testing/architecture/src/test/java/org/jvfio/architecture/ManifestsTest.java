// SPDX-License-Identifier: Apache-2.0
package org.jvfio.architecture;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The OSGi manifests say what the module descriptors say. */
final class ManifestsTest {
    @ParameterizedTest
    @MethodSource("jars")
    void bundleHasTheNameOfItsModule(ModuleJar jar) {
        assertThat(jar.manifest().getValue("Bundle-SymbolicName")).isEqualTo(jar.name());
    }

    @ParameterizedTest
    @MethodSource("jars")
    void bundleExportsWhatItsModuleExports(ModuleJar jar) {
        assertThat(packages(jar.manifest().getValue("Export-Package")))
                .as("%s: Export-Package of bnd.bnd against exports of module-info", jar)
                .isEqualTo(jar.exports());
    }

    static Stream<ModuleJar> jars() {
        return Reactor.jars().stream();
    }

    private static Set<String> packages(String header) {
        if (header == null) {
            return Set.of();
        }
        return Arrays.stream(header.replaceAll("\"[^\"]*\"", "").split(",", -1))
                .map(clause -> clause.replaceFirst(";.*", "").strip())
                .collect(toCollection(TreeSet::new));
    }
}
