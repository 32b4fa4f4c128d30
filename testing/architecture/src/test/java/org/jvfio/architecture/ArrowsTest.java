// SPDX-License-Identifier: Apache-2.0
package org.jvfio.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which code may name which: the arrows of the design. */
final class ArrowsTest {
    /** Raise it as the project grows: rules over an empty set of classes always hold. */
    private static final int CLASSES_AT_LEAST = 300;

    private static final String[] JDK = {"java..", "org.jspecify.annotations"};
    private static final String[] API = {"org.jvfio", "org.jvfio.device", "org.jvfio.spi"};
    private static final String INTERNAL = "org.jvfio.internal..";
    private static final String[] LINUX = {"org.jvfio.linux", "org.jvfio.linux.uapi"};

    /** What a shell reads of commands: annotations, without which nothing is missing. */
    private static final String GOGO = "org.apache.felix.service.command";

    /** The only exported classes that may name a package of their module that is not exported. */
    private static final Set<String> ENTRIES =
            Set.of(
                    "org.jvfio.Vfio",
                    "org.jvfio.ProviderSet",
                    "org.jvfio.DiscardableRam",
                    "org.jvfio.IommuRegion",
                    "org.jvfio.linux.NativeBinding",
                    "org.jvfio.linux.FfmKernel",
                    "org.jvfio.linux.FfmSockets");

    /**
     * What only a jar from JDK 22 or newer has. These have no package of their own: a multi-release
     * jar may not add public classes for some versions only, so they are package-private.
     */
    private static final Set<String> FOREIGN_FUNCTIONS =
            Set.of(
                    "org.jvfio.linux.FfmKernel",
                    "org.jvfio.linux.FfmMemory",
                    "org.jvfio.linux.FfmSockets",
                    "org.jvfio.linux.Downcall");

    private static JavaClasses all;

    @BeforeAll
    static void read() throws IOException {
        var jars = Reactor.jars();
        var files = new JarFile[jars.size()];
        for (int i = 0; i < files.length; i++) {
            files[i] = jars.get(i).open();
        }
        all = new ClassFileImporter().importJars(files);
        for (JarFile file : files) {
            file.close();
        }
    }

    @Test
    void enoughClassesAreSeenForTheRulesToMeanSomething() {
        assertThat(all.size()).isGreaterThanOrEqualTo(CLASSES_AT_LEAST);
    }

    @Test
    void apiNamesNothingToItsRight() {
        classes()
                .that()
                .resideInAnyPackage(packages(API, INTERNAL))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(packages(JDK, API, INTERNAL)))
                .check(all);
    }

    @Test
    void linuxNamesOnlyTheApiAndJna() {
        classes()
                .that()
                .resideInAPackage("org.jvfio.linux..")
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(
                                packages(JDK, API, "org.jvfio.linux..", "com.sun.jna..")))
                .check(all);
    }

    @Test
    void onlyOnePackageImportsJna() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.jvfio.linux.jna")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.sun.jna..")
                .check(all);
    }

    @Test
    void osgiNamesTheApiAloneAndNobodyElseNamesOsgi() {
        classes()
                .that()
                .resideInAPackage("org.jvfio.osgi..")
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(
                                packages(JDK, API, "org.jvfio.osgi..", "org.osgi..", GOGO)))
                .check(all);
        noClasses()
                .that()
                .resideOutsideOfPackage("org.jvfio.osgi..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.osgi..", GOGO)
                .check(all);
    }

    @Test
    void onlyFourClassesImportTheForeignFunctionApi() {
        noClasses()
                .that(DescribedPredicate.not(named(FOREIGN_FUNCTIONS)))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign")
                .check(all);
    }

    @ParameterizedTest
    @MethodSource("providerModules")
    void providerModuleNamesOnlyTheExportedApiAndLinuxLayer(ModuleJar jar) {
        classes()
                .that()
                .resideInAPackage(jar.name() + "..")
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(packages(JDK, API, LINUX, jar.name() + "..")))
                .check(all);
    }

    @ParameterizedTest
    @MethodSource("providerModules")
    void providerModuleHasOnePublicClassAndItIsTheProvider(ModuleJar jar) {
        var published =
                all.stream()
                        .filter(resideInAPackage(jar.name() + ".."))
                        .filter(type -> type.isTopLevelClass())
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                        .map(JavaClass::getName);
        var provided = jar.provides().values().stream().flatMap(Set::stream).toList();

        assertThat(provided).as("providers of %s", jar).hasSize(1);
        assertThat(published).as("public classes of %s", jar).containsExactlyElementsOf(provided);
    }

    @Test
    void commandNamesOnlyTheExportedApiAndPicocli() {
        classes()
                .that()
                .resideInAPackage("org.jvfio.cli..")
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(packages(JDK, API, "org.jvfio.cli..", "picocli..")))
                .check(all);
    }

    @Test
    void kconfigKnowsNothingOfVfio() {
        classes()
                .that()
                .resideInAPackage("org.jvfio.kconfig..")
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(packages(JDK, "org.jvfio.kconfig..", "picocli..")))
                .check(all);
    }

    @Test
    void onlyCommandsWriteToTheStandardStreams() {
        // The testbed is a command too: its console is how a guest speaks.
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "org.jvfio.cli..", "org.jvfio.kconfig..", "org.jvfio.testbed..")
                .should(ACCESS_STANDARD_STREAMS)
                .check(all);
    }

    @Test
    void noCyclesBetweenPackages() {
        slices().assignedFrom(new ByPackage())
                .should()
                .beFreeOfCycles()
                .ignoreDependency(named(ENTRIES), alwaysTrue())
                .check(all);
    }

    static Stream<ModuleJar> providerModules() {
        return Reactor.jars().stream().filter(jar -> isProviderModule(jar.name()));
    }

    private static boolean isProviderModule(String name) {
        return name.startsWith("org.jvfio.backend.") || name.startsWith("org.jvfio.device.");
    }

    private static DescribedPredicate<JavaClass> named(Set<String> names) {
        return DescribedPredicate.describe(
                "named " + names, type -> names.contains(type.getName()));
    }

    private static String[] packages(Object... names) {
        return Arrays.stream(names)
                .flatMap(name -> name instanceof String[] many ? Stream.of(many) : Stream.of(name))
                .toArray(String[]::new);
    }

    /**
     * One slice for each package; but the exported packages of a module, whose types name each
     * other (an address space attaches devices, a device knows its address space), are one.
     */
    private static final class ByPackage implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getPackageName();
            if (Set.of(API).contains(name)) {
                return SliceIdentifier.of("exported by org.jvfio");
            }
            if (Set.of(LINUX).contains(name)) {
                return SliceIdentifier.of("exported by org.jvfio.linux");
            }
            return SliceIdentifier.of(name);
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }
}
