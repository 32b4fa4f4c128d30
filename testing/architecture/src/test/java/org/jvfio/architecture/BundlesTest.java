// SPDX-License-Identifier: Apache-2.0
package org.jvfio.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

/** The run-time jars, as bundles in a real OSGi framework. */
final class BundlesTest {
    /** It starts the tests in a guest, and nobody deploys it as a bundle. */
    private static final Set<String> NOT_DEPLOYED = Set.of("org.jvfio.testbed");

    private Framework framework;

    @BeforeEach
    void startFramework(@TempDir Path storage) throws BundleException {
        framework =
                new FrameworkFactory()
                        .newFramework(
                                Map.of(
                                        Constants.FRAMEWORK_STORAGE,
                                        storage.toString(),
                                        "felix.log.level",
                                        "0"));
        framework.start();
    }

    @AfterEach
    void stopFramework() throws BundleException, InterruptedException {
        framework.stop();
        framework.waitForStop(TimeUnit.SECONDS.toMillis(10));
    }

    @Test
    void bundlesResolve() throws BundleException {
        install(Reactor.foreignBundles().stream());

        var failures = new ArrayList<String>();
        for (Bundle bundle : install(deployed())) {
            try {
                bundle.start();
            } catch (BundleException e) {
                failures.add(bundle.getSymbolicName() + ": " + e.getMessage());
            }
        }

        assertThat(failures).isEmpty();
    }

    @Test
    void bundlesResolveWithoutServiceLoaderMediator() throws BundleException {
        install(
                Reactor.foreignBundles().stream()
                        .filter(path -> !path.getFileName().toString().contains("spifly")));

        for (Bundle bundle : install(deployed())) {
            bundle.start();
            assertThat(bundle.getState()).as(bundle.getSymbolicName()).isEqualTo(Bundle.ACTIVE);
        }
    }

    @Test
    void mediatorPublishesEachProviderAsService() throws Exception {
        for (Bundle bundle : install(Reactor.foreignBundles().stream())) {
            bundle.start();
        }
        for (Bundle bundle : install(deployed())) {
            bundle.start();
        }

        for (ModuleJar jar : Reactor.jars()) {
            for (var provides : jar.provides().entrySet()) {
                var published =
                        framework
                                .getBundleContext()
                                .getAllServiceReferences(provides.getKey(), null);
                assertThat(published)
                        .as("%s provides %s", jar, provides.getKey())
                        .isNotNull()
                        .anyMatch(
                                service ->
                                        service.getBundle().getSymbolicName().equals(jar.name()));
            }
        }
    }

    private static Stream<Path> deployed() {
        return Reactor.jars().stream()
                .filter(jar -> !NOT_DEPLOYED.contains(jar.name()))
                .map(ModuleJar::path);
    }

    private List<Bundle> install(Stream<Path> jars) throws BundleException {
        var bundles = new ArrayList<Bundle>();
        for (Path jar : jars.toList()) {
            bundles.add(framework.getBundleContext().installBundle(jar.toUri().toString()));
        }
        return bundles;
    }
}
