// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernel;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationException;
import org.osgi.service.cm.ManagedService;

/** What becomes of open devices is changed while the framework runs. */
@Timeout(120)
class PolicyConfigurationTest {
    private static final PciAddress EDU = PciAddress.of("0000:00:05.0");

    @TempDir private Path folder;
    private final SimKernel kernel = SimHostProvider.machine().build();
    private EmbeddedFramework osgi;
    private Bundle legacy;
    private PciDevice device;

    @BeforeEach
    void start() throws Exception {
        osgi =
                EmbeddedFramework.sharing(
                        folder, Map.of("jvfio.host", "machine", "jvfio.stop", "refuse"));
        osgi.offer("machine", kernel.host());
        osgi.start("jvfio-osgi");
        legacy = osgi.start("jvfio-backend-legacy");
        osgi.start("jvfio-device-pci");
        device = service(Vfio.class).addressSpace().attach(EDU);
    }

    private <T> T service(Class<T> type) {
        return osgi.context().getService(osgi.context().getServiceReference(type));
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        osgi.close();
        kernel.assertNothingLeft();
    }

    @SuppressWarnings("JdkObsolete") // OSGi takes a Dictionary, and Java has no other
    private static Dictionary<String, Object> properties(String name, Object value) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(name, value);
        return properties;
    }

    /** Stops it as often as it takes, because configuration admin tells of changes by and by. */
    private void stopUntilItStays() throws Exception {
        legacy.stop();
        while (OpenDevice.is(device)) {
            if (legacy.getState() == Bundle.ACTIVE) {
                legacy.stop();
            }
            Thread.onSpinWait();
        }
    }

    @Test
    void configurationAdminChangesThePolicyOfStopsThatFollow() throws Exception {
        osgi.start("org.apache.felix.configadmin");
        Configuration configuration =
                service(ConfigurationAdmin.class).getConfiguration("org.jvfio.osgi", null);

        configuration.update(properties("jvfio.stop", "close"));

        stopUntilItStays();
        assertThat(legacy.getState()).isEqualTo(Bundle.RESOLVED);
    }

    @Test
    void whatIsNotConfiguredAnyMoreIsAsTheFrameworksPropertiesSay() throws Exception {
        ManagedService configured = configured();
        configured.updated(properties("jvfio.stop", "close"));
        configured.updated(null);

        try (StartsAgain again = new StartsAgain(osgi.context(), legacy)) {
            legacy.stop();
            assertThat(again.await()).isTrue();
        }

        assertThat(OpenDevice.is(device)).isTrue();
    }

    private ManagedService configured() throws Exception {
        ServiceReference<?> found =
                osgi.context()
                        .getServiceReferences(ManagedService.class, "(service.pid=org.jvfio.osgi)")
                        .iterator()
                        .next();
        return (ManagedService) osgi.context().getService(found);
    }

    @Test
    void whatCannotBeIsRefusedByItsNameAndChangesNothing() throws Exception {
        ManagedService configured = configured();
        configured.updated(properties("jvfio.stop", "close"));

        assertThatThrownBy(() -> configured.updated(properties("jvfio.stop", "veto")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("jvfio.stop=veto: it can be wait, refuse or close")
                .extracting(refused -> ((ConfigurationException) refused).getProperty())
                .isEqualTo("jvfio.stop");
        assertThatThrownBy(() -> configured.updated(properties("jvfio.stop.timeout", -1)))
                .isInstanceOf(ConfigurationException.class)
                .extracting(refused -> ((ConfigurationException) refused).getProperty())
                .isEqualTo("jvfio.stop.timeout");

        legacy.stop();
        assertThat(OpenDevice.is(device)).isFalse();
    }
}
