// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.platform;

import java.util.List;
import java.util.Optional;
import org.jvfio.Host;
import org.jvfio.ProviderStatus;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.VfioDevice;
import org.jvfio.spi.BusProvider;
import org.jvfio.spi.DeviceContext;
import org.jvfio.spi.SpiVersion;

/** Will know devices described by a device tree; this version says only that it does not yet. */
public final class PlatformProvider implements BusProvider {
    private static final String NAME = "platform";
    private static final String EXPLANATION = "not implemented in this version";

    /** For {@link java.util.ServiceLoader}. */
    public PlatformProvider() {}

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
        return ProviderStatus.unusable(NAME, EXPLANATION);
    }

    @Override
    public List<DeviceNode> devices(Host host) {
        return List.of();
    }

    @Override
    public Optional<String> deviceName(String nameOrPath) {
        return Optional.empty();
    }

    @Override
    public Optional<DeviceNode> find(Host host, String name) {
        return Optional.empty();
    }

    @Override
    public VfioDevice open(DeviceContext context) {
        throw new VfioException("bus " + NAME, "open", EXPLANATION);
    }
}
