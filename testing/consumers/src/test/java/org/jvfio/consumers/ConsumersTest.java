// SPDX-License-Identifier: Apache-2.0
package org.jvfio.consumers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;

/** Projects that take jvfio from the repository by its BOM, and drive a simulated device. */
final class ConsumersTest {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin/java").toString();
    private static final String DRIVEN = "edu 010000ed, 4096 bytes for it, through iommufd";

    @BeforeAll
    static void buildThem() throws Exception {
        Staged.fill();
        Projects.build();
    }

    @Test
    void driverRunsOnTheClassPath() throws Exception {
        Path target = Projects.target("class-path");
        String classPath = target.resolve("classes") + ":" + target.resolve("lib") + "/*";
        assertThat(Projects.run(List.of(JAVA, "-cp", classPath, "org.example.driver.Driver")))
                .contains(DRIVEN);
    }

    @Test
    void driverRunsOnTheModulePath() throws Exception {
        Path target = Projects.target("module-path");
        String modules = target.resolve("classes") + ":" + target.resolve("lib");
        String main = "org.example.driver/org.example.driver.Driver";
        assertThat(Projects.run(List.of(JAVA, "-p", modules, "-m", main)).lines())
                .contains("iommufd is usable", "legacy is usable")
                .anyMatch(line -> line.startsWith("0000:00:05.0 is 1234:11e8"));
    }

    @Test
    void driverRunsAsABundle(@TempDir Path storage) throws Exception {
        Framework framework =
                new FrameworkFactory()
                        .newFramework(
                                Map.of(
                                        Constants.FRAMEWORK_STORAGE,
                                        storage.toString(),
                                        "felix.log.level",
                                        "0"));
        framework.start();
        try {
            assertThat(drive(framework.getBundleContext())).isEqualTo(DRIVEN);
        } finally {
            framework.stop();
            framework.waitForStop(TimeUnit.SECONDS.toMillis(10));
        }
    }

    /** Installs and starts everything; what the driver's bundle registers is its answer. */
    private static String drive(BundleContext context) throws Exception {
        Path target = Projects.target("bundle");
        start(context, Staged.files(Path.of(Staged.property("jvfio.bundles"))));
        start(context, Staged.files(target.resolve("lib")));
        start(context, List.of(target.resolve("driver-bundle-1.jar")));
        ServiceReference<String> answer = context.getServiceReference(String.class);
        assertThat(answer).isNotNull();
        return context.getService(answer);
    }

    private static void start(BundleContext context, List<Path> jars) throws Exception {
        List<Bundle> bundles = new ArrayList<>();
        for (Path jar : jars) {
            bundles.add(context.installBundle(jar.toUri().toString()));
        }
        for (Bundle bundle : bundles) {
            bundle.start();
        }
    }
}
