// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.ap;

import java.util.List;
import java.util.Optional;
import org.jvfio.Host;
import org.jvfio.ProviderStatus;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.VfioDevice;
import org.jvfio.linux.ApBus;
import org.jvfio.linux.MdevNodes;
import org.jvfio.spi.BusProvider;
import org.jvfio.spi.DeviceContext;
import org.jvfio.spi.SpiVersion;

/** Provides matrices of cryptographic queues of IBM Z, through {@code vfio_ap}. */
public final class ApProvider implements BusProvider {
    static final String NAME = "ap";

    /** For {@link java.util.ServiceLoader}. */
    public ApProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int spiVersion() {
        return SpiVersion.CURRENT;
    }

    @Override
    public ProviderStatus status(Host host) {
        Optional<String> obstacle = ApBus.on(host).obstacle();
        if (obstacle.isPresent()) {
            return ProviderStatus.unusable(NAME, obstacle.get());
        }
        int matrices = new ApDiscovery(host).devices().size();
        return ProviderStatus.usable(
                NAME,
                matrices == 0
                        ? "driver: vfio_ap; there is no matrix yet: write a UUID to %s/%s"
                                .formatted(
                                        ApBus.MATRIX,
                                        "mdev_supported_types/vfio_ap-passthrough/create")
                        : "driver: vfio_ap; matrices: " + matrices);
    }

    @Override
    public List<DeviceNode> devices(Host host) {
        return new ApDiscovery(host).devices();
    }

    @Override
    public Optional<String> deviceName(String nameOrPath) {
        return MdevNodes.name(nameOrPath);
    }

    @Override
    public Optional<DeviceNode> find(Host host, String name) {
        return new ApDiscovery(host).find(name);
    }

    @Override
    public VfioDevice open(DeviceContext context) {
        return VfioAp.open(context);
    }
}
