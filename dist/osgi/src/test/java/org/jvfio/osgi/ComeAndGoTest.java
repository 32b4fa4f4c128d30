// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jvfio.ProviderInUseException;
import org.jvfio.ProviderStatus;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.spi.BackendProvider;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernel;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;

/** Bundles with providers start, stop and go while devices are open, under each policy. */
@Timeout(120)
class ComeAndGoTest {
    private static final PciAddress FIRST = PciAddress.of("0000:00:05.0");
    private static final PciAddress SECOND = PciAddress.of("0000:00:07.0");

    @TempDir private Path folder;
    private final SimKernel kernel = SimHostProvider.machine().build();
    private EmbeddedFramework osgi;
    private Bundle self;
    private Bundle legacy;
    private Bundle pci;

    private Vfio start(String policy, String timeout) throws BundleException {
        osgi =
                EmbeddedFramework.sharing(
                        folder,
                        Map.of(
                                "jvfio.host",
                                "machine",
                                "jvfio.stop",
                                policy,
                                "jvfio.stop.timeout",
                                timeout));
        osgi.offer("machine", kernel.host());
        self = osgi.start("jvfio-osgi");
        legacy = osgi.start("jvfio-backend-legacy");
        pci = osgi.start("jvfio-device-pci");
        return session(osgi.context());
    }

    private static Vfio session(BundleContext context) {
        ServiceReference<Vfio> service = context.getServiceReference(Vfio.class);
        return context.getService(service);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        osgi.close();
        kernel.assertNothingLeft();
    }

    private static List<String> names(List<ProviderStatus> statuses) {
        return statuses.stream().map(ProviderStatus::name).toList();
    }

    @Test
    void openSessionHasTheBundlesThatAreActive() throws Exception {
        Vfio vfio = start("close", "0");
        assertThat(names(vfio.backends())).containsExactly("legacy");

        Bundle iommufd = osgi.start("jvfio-backend-iommufd");
        assertThat(names(vfio.backends())).containsExactly("iommufd", "legacy");
        iommufd.stop();
        assertThat(names(vfio.backends())).containsExactly("legacy");
        pci.stop();
        assertThat(vfio.buses()).isEmpty();
        pci.start();
        assertThat(vfio.addressSpace().attach(FIRST).backend()).isEqualTo("legacy");
    }

    @Test
    void providersAreServicesOfTheirBundles() throws Exception {
        start("close", "0");

        assertThat(osgi.context().getServiceReferences(BackendProvider.class, null))
                .extracting(ServiceReference::getBundle)
                .containsExactly(legacy);
    }

    @Test
    void providerThatIsOnlyAServiceIsThereUntilItsServiceGoes() throws Exception {
        Vfio vfio = start("refuse", "0");
        legacy.stop();
        var provider =
                (BackendProvider)
                        legacy.loadClass("org.jvfio.backend.legacy.LegacyProvider")
                                .getConstructor()
                                .newInstance();
        var service = osgi.context().registerService(BackendProvider.class, provider, null);
        PciDevice device = vfio.addressSpace().attach(FIRST);

        service.unregister();

        assertThat(OpenDevice.is(device)).isFalse();
        assertThat(vfio.backends()).isEmpty();
    }

    @Test
    void itsOwnStopClosesEverythingAndItsStartBeginsAnew() throws Exception {
        Vfio vfio = start("refuse", "0");
        PciDevice device = vfio.addressSpace().attach(FIRST);

        self.stop();

        assertThat(OpenDevice.is(device)).isFalse();
        assertThat(osgi.context().getServiceReference(Vfio.class)).isNull();
        assertThat(osgi.context().getServiceReferences(BackendProvider.class, null)).isEmpty();
        self.start();
        assertThat(OpenDevice.is(session(osgi.context()).addressSpace().attach(FIRST))).isTrue();
        assertThat(osgi.context().getServiceReferences(BackendProvider.class, null)).hasSize(1);
    }

    @Test
    void sessionIsClosedWhenItsBundleStops() throws Exception {
        start("close", "0");
        Bundle client = osgi.client("client");
        Vfio vfio = session(client.getBundleContext());
        PciDevice device = vfio.addressSpace().attach(FIRST);
        assertThat(vfio).isNotSameAs(session(osgi.context()));

        client.stop();

        assertThat(OpenDevice.is(device)).isFalse();
        assertThatThrownBy(vfio::newAddressSpace).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closingPolicyClosesTheDevices() throws Exception {
        Vfio vfio = start("close", "0");
        PciDevice first = vfio.addressSpace().attach(FIRST);
        PciDevice second = vfio.newAddressSpace().attach(SECOND);

        legacy.stop();

        assertThat(legacy.getState()).isEqualTo(Bundle.RESOLVED);
        assertThat(OpenDevice.is(first)).isFalse();
        assertThat(OpenDevice.is(second)).isFalse();
        assertThat(osgi.errors()).isEmpty();
    }

    @Test
    void refusingPolicyNamesTheUsersAndBringsTheBundleBack() throws Exception {
        Vfio vfio = start("refuse", "0");
        PciDevice device = vfio.addressSpace().attach(FIRST);

        try (StartsAgain again = new StartsAgain(osgi.context(), legacy)) {
            legacy.stop();
            assertThat(again.await()).isTrue();
        }

        assertThat(osgi.errors().poll(EmbeddedFramework.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isInstanceOf(ProviderInUseException.class)
                .hasMessageContaining("in use by 0000:00:05.0 through legacy, session 1");
        assertThat(legacy.getState()).isEqualTo(Bundle.ACTIVE);
        assertThat(OpenDevice.is(device)).isTrue();
        assertThat(OpenDevice.is(vfio.addressSpace().attach(SECOND))).isTrue();
        assertThat(awaitService(BackendProvider.class)).isNotNull();
        assertThat(osgi.context().getServiceReferences(BackendProvider.class, null)).hasSize(1);
    }

    /** A bundle that has started again is heard of by this test and by ours in any order. */
    private Object awaitService(Class<?> type) throws InterruptedException {
        ServiceTracker<Object, Object> tracker =
                new ServiceTracker<>(osgi.context(), type.getName(), null);
        tracker.open();
        try {
            return tracker.waitForService(
                    TimeUnit.SECONDS.toMillis(EmbeddedFramework.PATIENCE_SECONDS));
        } finally {
            tracker.close();
        }
    }

    @Test
    void refusingPolicyLetsGoWhatNobodyUses() throws Exception {
        Vfio vfio = start("refuse", "0");
        vfio.addressSpace().attach(FIRST).close();

        legacy.stop();

        assertThat(legacy.getState()).isEqualTo(Bundle.RESOLVED);
        assertThat(osgi.errors()).isEmpty();
    }

    @Test
    void waitingPolicyWaitsForTheUsers() throws Exception {
        Vfio vfio = start("wait", "60");
        PciDevice device = vfio.addressSpace().attach(FIRST);
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        new Thread(() -> stop(legacy, stopped), "test-stop").start();
        while (vfio.backends().get(0).usable()) {
            Thread.onSpinWait();
        }

        device.close();

        stopped.get(EmbeddedFramework.PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(legacy.getState()).isEqualTo(Bundle.RESOLVED);
        assertThat(osgi.errors()).isEmpty();
    }

    private static void stop(Bundle bundle, CompletableFuture<Void> stopped) {
        try {
            bundle.stop();
            stopped.complete(null);
        } catch (BundleException e) {
            stopped.completeExceptionally(e);
        }
    }

    @Test
    void waitingPolicyBringsTheBundleBackAfterItsTime() throws Exception {
        Vfio vfio = start("wait", "0");
        PciDevice device = vfio.addressSpace().attach(FIRST);

        try (StartsAgain again = new StartsAgain(osgi.context(), pci)) {
            pci.stop();
            assertThat(again.await()).isTrue();
        }

        assertThat(OpenDevice.is(device)).isTrue();
    }

    @Test
    void uninstallCannotBeRefusedAndClosesTheDevices() throws Exception {
        Vfio vfio = start("refuse", "0");
        PciDevice device = vfio.addressSpace().attach(FIRST);

        pci.uninstall();

        assertThat(OpenDevice.is(device)).isFalse();
        assertThat(vfio.buses()).isEmpty();
        assertThat(osgi.errors().poll(EmbeddedFramework.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isInstanceOf(ProviderInUseException.class);
    }

    @Test
    void updateCannotBeRefusedAndClosesTheDevices() throws Exception {
        Vfio vfio = start("refuse", "0");
        PciDevice device = vfio.addressSpace().attach(FIRST);

        legacy.update();

        assertThat(OpenDevice.is(device)).isFalse();
        assertThat(legacy.getState()).isEqualTo(Bundle.ACTIVE);
        assertThat(OpenDevice.is(vfio.addressSpace().attach(FIRST))).isTrue();
    }

    @Test
    void releaseTellsTheUsersAndDoesNotStopTheBundle() throws Exception {
        Vfio vfio = start("refuse", "0");
        Object commands = commands();
        PciDevice device = vfio.addressSpace().attach(FIRST);
        var release = commands.getClass().getMethod("release", String.class);

        assertThatThrownBy(() -> release.invoke(commands, "org.jvfio.backend.legacy"))
                .hasRootCauseInstanceOf(ProviderInUseException.class);
        assertThat(legacy.getState()).isEqualTo(Bundle.ACTIVE);
        device.close();
        release.invoke(commands, "org.jvfio.backend.legacy");

        assertThat(legacy.getState()).isEqualTo(Bundle.RESOLVED);
    }

    private Object commands() throws Exception {
        var found = osgi.context().getAllServiceReferences(null, "(osgi.command.scope=jvfio)");
        return osgi.context().getService(found[0]);
    }

    @Test
    void commandsTellWhatThereIs() throws Exception {
        Vfio vfio = start("refuse", "0");
        Object commands = commands();
        vfio.addressSpace().attach(FIRST);

        assertThat(answer(commands, "list")).contains("0000:00:05.0", "vfio-pci");
        assertThat(answer(commands, "backends")).contains("legacy", "usable");
        assertThat(answer(commands, "buses")).contains("pci");
        assertThat(answer(commands, "users"))
                .contains("0000:00:05.0 through legacy, session 1")
                .contains("0000:00:05.0 through pci, session 1")
                .contains("the session itself through machine, session 1");
    }

    private static String answer(Object commands, String function) throws Exception {
        return (String) commands.getClass().getMethod(function).invoke(commands);
    }
}
