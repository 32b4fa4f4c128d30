// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.platform;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jvfio.AttachOptions;
import org.jvfio.Host;
import org.jvfio.ProviderStatus;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.PlatformAddress;
import org.jvfio.device.VfioDevice;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.LinuxHost;
import org.jvfio.spi.BusProvider;
import org.jvfio.spi.DeviceContext;
import org.jvfio.spi.SpiVersion;

/**
 * Provides devices that the machine's firmware describes, through {@code vfio-platform} and the
 * deprecated {@code vfio-amba}.
 */
public final class PlatformProvider implements BusProvider {
    static final String NAME = "platform";

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
        FileTree files = files(host);
        if (Stream.of(SysfsBus.values()).noneMatch(bus -> files.exists(bus.path()))) {
            return ProviderStatus.unusable(
                    NAME, "this host has no platform devices: no " + SysfsBus.PLATFORM.path());
        }
        List<String> drivers =
                Stream.of(SysfsBus.values())
                        .filter(bus -> files.exists(bus.driverPath()))
                        .map(SysfsBus::driver)
                        .toList();
        return drivers.isEmpty()
                ? ProviderStatus.unusable(
                        NAME,
                        "no VFIO driver for platform devices is loaded; load one: modprobe"
                                + " vfio-platform")
                : ProviderStatus.usable(NAME, "drivers: " + String.join(", ", drivers));
    }

    @Override
    public List<DeviceNode> devices(Host host) {
        return discovery(host, false).devices();
    }

    @Override
    public Optional<String> deviceName(String nameOrPath) {
        try {
            return Optional.of(PlatformAddress.of(nameOrPath).name());
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<DeviceNode> find(Host host, String name) {
        return discovery(host, false).find(name);
    }

    @Override
    public Optional<DeviceNode> find(Host host, String name, AttachOptions options) {
        return discovery(host, options.isUnsafeNoIommu()).find(name);
    }

    private static PlatformDiscovery discovery(Host host, boolean unsafely) {
        return new PlatformDiscovery(files(host), unsafely);
    }

    @Override
    public VfioDevice open(DeviceContext context) {
        return VfioPlatform.open(context);
    }

    private static FileTree files(Host host) {
        return LinuxHost.of(host).kernel().files();
    }
}
