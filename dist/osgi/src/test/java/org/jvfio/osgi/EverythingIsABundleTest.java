// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;

/**
 * Nothing of jvfio but bundles. JNA is one of the framework, and stays: a Java process loads its
 * native library for one class loader at a time, and lets go of it when that has been collected.
 */
@Timeout(300)
class EverythingIsABundleTest {
    private static final List<String> BELOW = List.of("jvfio-api", "jna-jpms");
    private static final List<String> COMING_AND_GOING =
            List.of(
                    "jvfio-linux",
                    "jvfio-testkit",
                    "jvfio-osgi",
                    "jvfio-backend-legacy",
                    "jvfio-backend-iommufd",
                    "jvfio-backend-spapr",
                    "jvfio-device-pci",
                    "jvfio-device-platform",
                    "jvfio-device-ap",
                    "jvfio-device-ccw");

    @TempDir private Path folder;

    @Test
    void simulatedHostAnswersTheCommands() throws Exception {
        assertThat(ask("simulated", "list")).contains("0000:00:05.0", "ready");
    }

    @Test
    void thisMachineAnswersTheCommands() throws Exception {
        assertThat(ask("linux", "backends")).contains("iommufd", "legacy", "spapr");
    }

    @Test
    void linuxLayerCanBeTakenAwayAndComeBack() throws Exception {
        ClassLoaders loaders = new ClassLoaders();
        try (EmbeddedFramework osgi =
                EmbeddedFramework.withNothing(folder, Map.of("jvfio.host", "linux"))) {
            start(osgi, BELOW);
            for (int i = 0; i < 3; i++) {
                List<Bundle> bundles = start(osgi, COMING_AND_GOING);
                bundles.forEach(loaders::watch);
                assertThat(answer(osgi, "backends")).contains("legacy");
                for (int last = bundles.size() - 1; last >= 0; last--) {
                    bundles.get(last).uninstall();
                }
            }
            assertThat(loaders.left()).isZero();
        }
    }

    private String ask(String host, String command) throws Exception {
        try (EmbeddedFramework osgi =
                EmbeddedFramework.withNothing(folder, Map.of("jvfio.host", host))) {
            start(osgi, BELOW);
            start(osgi, COMING_AND_GOING);
            assertThat(osgi.errors()).isEmpty();
            return answer(osgi, command);
        }
    }

    private static List<Bundle> start(EmbeddedFramework osgi, List<String> artifacts)
            throws Exception {
        List<Bundle> bundles = new ArrayList<>();
        for (String artifact : artifacts) {
            bundles.add(osgi.install(artifact));
        }
        for (Bundle bundle : bundles) {
            bundle.start();
        }
        return bundles;
    }

    private static String answer(EmbeddedFramework osgi, String function) throws Exception {
        var found = osgi.context().getAllServiceReferences(null, "(osgi.command.scope=jvfio)");
        Object commands = osgi.context().getService(found[0]);
        try {
            return (String) commands.getClass().getMethod(function).invoke(commands);
        } finally {
            osgi.context().ungetService(found[0]);
        }
    }
}
