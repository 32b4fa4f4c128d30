// SPDX-License-Identifier: Apache-2.0
package org.jvfio.trimming;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each module removed on its own: the others start, and pass the suites that are not about it. */
final class RemovalTest {
    private static final String CLI = "org.jvfio.cli";
    private static final String TESTKIT = "org.jvfio.testkit";
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin/java").toString();
    private static final String NATIVE = "--enable-native-access=";

    static Stream<String> startable() {
        return Built.optionalModules().stream().filter(module -> !module.equals(CLI));
    }

    static Stream<String> testable() {
        return Built.optionalModules().stream().filter(module -> !module.equals(TESTKIT));
    }

    @ParameterizedTest
    @MethodSource("startable")
    void theOthersStart(String removed) throws Exception {
        Ended version = start(removed, "version");
        assertThat(version.status()).as(version.toString()).isZero();
        Built.moduleOfSymbol()
                .values()
                .forEach(
                        module ->
                                assertThat(version.out().contains(" " + module + " "))
                                        .as("%s in %s", module, version.out())
                                        .isEqualTo(!module.equals(removed)));
        String host = removed.equals(TESTKIT) ? "linux" : "simulated";
        for (String command : List.of("backends", "buses", "list")) {
            Ended answer = start(removed, "--host", host, command);
            assertThat(answer.isOrderly()).as(answer.toString()).isTrue();
            assertThat(answer.out()).doesNotContainPattern("(?m)^" + provider(removed) + " ");
        }
    }

    @ParameterizedTest
    @MethodSource("testable")
    void theOthersPassTheirSuites(String removed) throws Exception {
        List<Suite> suites = Suite.without(removed);
        List<String> command = new ArrayList<>(List.of(JAVA, "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", classPath(removed), SuitesRun.class.getName()));
        suites.forEach(suite -> command.add(suite.test()));
        Suite.alsoAbout(removed).forEach(name -> command.add(SuitesRun.NOT + name));

        Ended run = Ended.of(command);

        assertThat(run.status()).as(run.toString()).isZero();
        int passed = Integer.parseInt(run.out().replaceFirst("(?s).*\\n(\\d+) passed, .*", "$1"));
        assertThat(passed).as("tests of " + suites).isGreaterThan(20 * suites.size());
    }

    private static Ended start(String removed, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(JAVA, "-p", joined(jars(removed))));
        command.addAll(
                List.of(NATIVE + "com.sun.jna,org.jvfio.linux", "-m", CLI + "/" + CLI + ".Main"));
        command.addAll(List.of(arguments));
        return Ended.of(command);
    }

    private static List<Path> jars(String removed) {
        Map<String, Path> jars = Built.jars();
        assertThat(jars.remove(removed)).as(removed).isNotNull();
        return List.copyOf(jars.values());
    }

    private static String classPath(String removed) throws URISyntaxException {
        List<Path> path = new ArrayList<>(jars(removed));
        path.addAll(Built.suiteJars());
        path.add(Built.ROOT.resolve("testing/testbed/target/test-classes"));
        path.add(
                Path.of(
                        SuitesRun.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI()));
        return joined(path);
    }

    private static String joined(List<Path> path) {
        return path.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private static String provider(String module) {
        return module.substring(module.lastIndexOf('.') + 1);
    }
}
