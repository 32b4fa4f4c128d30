// SPDX-License-Identifier: Apache-2.0
package org.jvfio.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Rules about the text of the sources. */
final class SourcesTest {
    private static final int FILE_LINES = 500;
    private static final int METHOD_LINES = 60;
    private static final String SPDX = "SPDX-License-Identifier: Apache-2.0";

    @Test
    void eachJavaFileStartsWithItsLicence() {
        assertThat(Reactor.sources(".java"))
                .isNotEmpty()
                .allSatisfy(file -> assertThat(Reactor.text(file)).startsWith("// " + SPDX + "\n"));
    }

    @Test
    void eachScriptAndPomNamesItsLicence() {
        var poms = Reactor.modules().stream().map(module -> module.resolve("pom.xml"));
        var scripts = Stream.of(Reactor.root().resolve("jvfio"), Reactor.root().resolve("pom.xml"));

        assertThat(
                        Stream.of(poms, scripts, Reactor.sources(".sh").stream())
                                .flatMap(files -> files)
                                .toList())
                .allSatisfy(
                        file ->
                                assertThat(Reactor.text(file).lines().limit(2))
                                        .anyMatch(line -> line.contains(SPDX)));
    }

    @Test
    void eachModuleHasReadmeAndChangelog() {
        assertThat(Reactor.modules())
                .isNotEmpty()
                .allSatisfy(
                        module -> {
                            assertThat(module.resolve("README.md")).isNotEmptyFile();
                            assertThat(module.resolve("CHANGELOG.md"))
                                    .content()
                                    .contains("\n## Unreleased\n");
                        });
    }

    @Test
    void noJavaFileIsTooLong() {
        var tooLong = new ArrayList<String>();
        for (Path file : Reactor.sources(".java")) {
            long lines = Reactor.text(file).lines().count();
            if (lines > FILE_LINES) {
                tooLong.add(name(file) + ": " + lines + " lines, allowed are " + FILE_LINES);
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void noMethodIsTooLong() throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var units = files.getJavaFileObjectsFromPaths(Reactor.sources(".java"));
            var task =
                    (JavacTask)
                            compiler.getTask(null, files, ignored -> {}, List.of(), null, units);
            var measure = new MethodLengths(Trees.instance(task).getSourcePositions());
            for (CompilationUnitTree unit : task.parse()) {
                measure.scan(unit, unit);
            }
            assertThat(measure.methods).as("number of methods seen").isPositive();
            assertThat(measure.tooLong).isEmpty();
        }
    }

    @Test
    void nothingOfTheBuildMachineIsInThePoms() {
        String root = Reactor.root().toAbsolutePath() + "/";
        assertThat(Reactor.modules())
                .allSatisfy(
                        module ->
                                assertThat(Files.readString(module.resolve("pom.xml")))
                                        .doesNotContain(root));
    }

    private static String name(Path file) {
        return Reactor.root().relativize(file).toString();
    }

    private static final class MethodLengths extends TreeScanner<Void, CompilationUnitTree> {
        private final SourcePositions positions;
        private final List<String> tooLong = new ArrayList<>();
        private int methods;

        MethodLengths(SourcePositions positions) {
            this.positions = positions;
        }

        @Override
        public Void visitMethod(MethodTree method, CompilationUnitTree unit) {
            var lines = unit.getLineMap();
            long first = lines.getLineNumber(positions.getStartPosition(unit, method));
            long last = lines.getLineNumber(positions.getEndPosition(unit, method));
            methods++;
            if (last - first >= METHOD_LINES) {
                tooLong.add(
                        "%s:%d: %s has %d lines, allowed are %d"
                                .formatted(
                                        name(Path.of(unit.getSourceFile().toUri())),
                                        first,
                                        method.getName(),
                                        last - first + 1,
                                        METHOD_LINES));
            }
            return super.visitMethod(method, unit);
        }
    }
}
