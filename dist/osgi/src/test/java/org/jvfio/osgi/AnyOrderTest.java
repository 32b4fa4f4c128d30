// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceAddress;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PlatformAddress;
import org.jvfio.device.VfioDevice;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernel;
import org.jvfio.testkit.device.Pl031Model;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/**
 * Bundles are installed, started, stopped, updated and uninstalled at random while devices are
 * open.
 */
@Timeout(300)
class AnyOrderTest {
    private static final List<String> BUNDLES =
            List.of(
                    "jvfio-backend-legacy",
                    "jvfio-backend-iommufd",
                    "jvfio-backend-spapr",
                    "jvfio-device-pci",
                    "jvfio-device-platform",
                    "jvfio-device-ap",
                    "jvfio-device-ccw");
    private static final List<DeviceAddress<?>> DEVICES =
            List.of(
                    PciAddress.of("0000:00:05.0"),
                    PciAddress.of("0000:00:07.0"),
                    PlatformAddress.of(SimHostProvider.CLOCK));
    private static final int STEPS = 150;

    @TempDir private Path folder;

    private final SimKernel kernel =
            SimHostProvider.machine().device(SimHostProvider.CLOCK, new Pl031Model()).build();
    private final Map<String, Bundle> installed = new TreeMap<>();
    private final List<VfioDevice> devices = new ArrayList<>();
    private final ClassLoaders loaders = new ClassLoaders();
    private int attached;

    @ParameterizedTest
    @CsvSource({"close, 1", "close, 2", "refuse, 3", "refuse, 4", "wait, 5", "wait, 6"})
    void whateverTheOrderDevicesWorkOrAreClosedAndNothingIsLeft(String policy, long seed)
            throws Exception {
        Map<String, String> properties =
                Map.of("jvfio.host", "machine", "jvfio.stop", policy, "jvfio.stop.timeout", "0");
        try (EmbeddedFramework osgi = EmbeddedFramework.sharing(folder, properties)) {
            osgi.offer("machine", kernel.host());
            osgi.start("jvfio-osgi");
            Vfio vfio = osgi.context().getService(osgi.context().getServiceReference(Vfio.class));
            Random random = new Random(seed);
            for (int i = 0; i < STEPS; i++) {
                step(osgi, vfio, random);
                devices.removeIf(device -> !OpenDevice.is(device));
            }
            for (Bundle bundle : installed.values()) {
                bundle.uninstall();
            }
            installed.clear();

            assertThat(attached).as("devices attached, seed %d", seed).isPositive();
            assertThat(devices).noneMatch(OpenDevice::is);
            kernel.assertNothingLeft();
            devices.clear();
            assertThat(loaders.left()).as("class loaders left, seed %d", seed).isZero();
        }
    }

    private void step(EmbeddedFramework osgi, Vfio vfio, Random random) throws Exception {
        String artifact = BUNDLES.get(random.nextInt(BUNDLES.size()));
        Bundle bundle = installed.get(artifact);
        if (bundle == null) {
            installed.put(artifact, started(osgi.install(artifact)));
            return;
        }
        switch (random.nextInt(8)) {
            case 0 -> stop(bundle);
            case 1 -> bundle.update();
            case 2 -> installed.remove(artifact).uninstall();
            case 3 -> started(bundle);
            case 4 -> close(random);
            default -> attach(vfio, random);
        }
    }

    private Bundle started(Bundle bundle) throws BundleException {
        bundle.start();
        loaders.watch(bundle);
        return bundle;
    }

    private static void stop(Bundle bundle) throws BundleException {
        bundle.stop();
    }

    private void close(Random random) {
        if (!devices.isEmpty()) {
            devices.remove(random.nextInt(devices.size())).close();
        }
    }

    private void attach(Vfio vfio, Random random) {
        try {
            devices.add(vfio.addressSpace().attach(DEVICES.get(random.nextInt(DEVICES.size()))));
            attached++;
        } catch (VfioException | IllegalStateException notNow) {
            assertThat(notNow)
                    .hasMessageMatching(
                            ".*(no such b|has no backend|attached already|is leaving|not ).*");
        }
    }
}
