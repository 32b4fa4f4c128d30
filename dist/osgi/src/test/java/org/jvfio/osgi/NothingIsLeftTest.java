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
import org.jvfio.AttachOptions;
import org.jvfio.DmaBuffer;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernel;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** A hundred times in a row: install, use, uninstall; after it the process holds what it held. */
@Timeout(300)
class NothingIsLeftTest {
    private static final PciAddress DEVICE = PciAddress.of("0000:00:05.0");
    private static final List<String> PROVIDERS =
            List.of("jvfio-backend-legacy", "jvfio-backend-iommufd", "jvfio-device-pci");
    private static final int WARM = 3;
    private static final int TIMES = 100;

    @TempDir private Path folder;

    private final SimKernel kernel = SimHostProvider.machine().build();
    private final ClassLoaders loaders = new ClassLoaders();

    @Test
    void afterAHundredUninstallsNothingIsLeft() throws Exception {
        Map<String, String> properties = Map.of("jvfio.host", "machine", "jvfio.stop", "close");
        try (EmbeddedFramework osgi = EmbeddedFramework.sharing(folder, properties)) {
            osgi.offer("machine", kernel.host());
            osgi.start("jvfio-osgi");
            Vfio vfio = session(osgi.context());
            for (int i = 0; i < WARM; i++) {
                installUseUninstall(osgi, vfio, i);
            }
            assertThat(loaders.left()).isZero();
            Footprint before = Footprint.now();

            for (int i = 0; i < TIMES; i++) {
                installUseUninstall(osgi, vfio, i);
            }

            assertThat(loaders.watched()).isEqualTo((WARM + TIMES) * PROVIDERS.size());
            assertThat(loaders.left()).isZero();
            assertThat(Footprint.now()).isEqualTo(before);
        }
        kernel.assertNothingLeft();
    }

    private static Vfio session(BundleContext context) {
        return context.getService(context.getServiceReference(Vfio.class));
    }

    private void installUseUninstall(EmbeddedFramework osgi, Vfio vfio, int round)
            throws Exception {
        List<Bundle> bundles = new ArrayList<>();
        for (String artifact : PROVIDERS) {
            Bundle bundle = osgi.start(artifact);
            loaders.watch(bundle);
            bundles.add(bundle);
        }
        use(vfio, round % 2 == 0 ? "legacy" : "iommufd");
        // Every bundle is once the one whose going closes the device.
        for (int i = 0; i < bundles.size(); i++) {
            bundles.get((i + round) % bundles.size()).uninstall();
        }
    }

    /** Leaves the device open. */
    private static void use(Vfio vfio, String backend) {
        PciDevice device =
                vfio.addressSpace().attach(DEVICE, AttachOptions.defaults().backend(backend));
        device.msi().listen(0, vector -> {});
        device.bar(0).map();
        DmaBuffer buffer = device.addressSpace().allocate(4096);
        buffer.close();
    }
}
