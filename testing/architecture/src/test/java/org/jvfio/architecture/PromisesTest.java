// SPDX-License-Identifier: Apache-2.0
package org.jvfio.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;
import javax.tools.ToolProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is exported is promised: each element that a user can name says what it is. */
final class PromisesTest {
    private static final int ELEMENTS_AT_LEAST = 100;

    @ParameterizedTest
    @CsvSource({"api, org.jvfio", "linux, org.jvfio.linux"})
    void eachExportedElementHasJavadoc(String folder, String module) throws IOException {
        Path sources = Reactor.root().resolve(folder).resolve("src/main/java");
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var units = files.getJavaFileObjectsFromPaths(Reactor.files(sources, ".java"));
            var task =
                    (JavacTask)
                            compiler.getTask(null, files, ignored -> {}, List.of(), null, units);
            var undocumented = new Undocumented(Trees.instance(task));
            for (CompilationUnitTree unit : task.parse()) {
                if (isExported(unit, module)) {
                    undocumented.scan(new TreePath(unit), null);
                }
            }
            assertThat(undocumented.elements).isGreaterThan(ELEMENTS_AT_LEAST);
            assertThat(undocumented.found).isEmpty();
        }
    }

    private static boolean isExported(CompilationUnitTree unit, String module) {
        return unit.getPackageName() != null
                && Reactor.jars().stream()
                        .filter(jar -> jar.descriptor().name().equals(module))
                        .flatMap(jar -> jar.descriptor().exports().stream())
                        .anyMatch(e -> e.source().equals(unit.getPackageName().toString()));
    }

    /** Looks for public and protected elements without a comment; what overrides may have none. */
    private static final class Undocumented extends TreePathScanner<Void, Void> {
        private final Trees trees;
        private final List<String> found = new ArrayList<>();
        private int elements;

        Undocumented(Trees trees) {
            this.trees = trees;
        }

        @Override
        public Void visitClass(ClassTree type, Void nothing) {
            if (!isVisible(type.getModifiers())) {
                return null;
            }
            check(type.getSimpleName().toString());
            return super.visitClass(type, null);
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            boolean overrides =
                    method.getModifiers().getAnnotations().stream()
                            .anyMatch(a -> a.getAnnotationType().toString().equals("Override"));
            if (isVisible(method.getModifiers()) && !overrides) {
                check(method.getName().toString());
            }
            return null;
        }

        @Override
        public Void visitVariable(VariableTree field, Void nothing) {
            boolean component = isRecord() && !has(field.getModifiers(), Modifier.STATIC);
            if (isVisible(field.getModifiers()) && !component) {
                check(field.getName().toString());
            }
            return null;
        }

        private void check(String name) {
            elements++;
            if (trees.getDocComment(getCurrentPath()) == null) {
                var file = getCurrentPath().getCompilationUnit().getSourceFile().toUri();
                found.add(Reactor.root().relativize(Path.of(file)) + ": " + name);
            }
        }

        private boolean isVisible(ModifiersTree modifiers) {
            Tree.Kind around = getCurrentPath().getParentPath().getLeaf().getKind();
            return around == Tree.Kind.INTERFACE
                    || has(modifiers, Modifier.PUBLIC)
                    || has(modifiers, Modifier.PROTECTED);
        }

        private boolean isRecord() {
            return getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.RECORD;
        }

        private static boolean has(ModifiersTree modifiers, Modifier one) {
            return modifiers.getFlags().contains(one);
        }
    }
}
