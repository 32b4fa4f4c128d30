// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.ccw;

import java.util.List;
import java.util.Optional;
import org.jvfio.Host;
import org.jvfio.ProviderStatus;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.SubchannelAddress;
import org.jvfio.device.VfioDevice;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.MdevNodes;
import org.jvfio.spi.BusProvider;
import org.jvfio.spi.DeviceContext;
import org.jvfio.spi.SpiVersion;

/** Provides I/O subchannels of s390x, through the mediated devices that vfio_ccw makes of them. */
public final class CcwProvider implements BusProvider {
    static final String NAME = "ccw";

    /** For {@link java.util.ServiceLoader}. */
    public CcwProvider() {}

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
        if (!files.exists(SubchannelDiscovery.BUS)) {
            return ProviderStatus.unusable(
                    NAME, "this host has no channel subsystem: no " + SubchannelDiscovery.BUS);
        }
        return files.exists(SubchannelDiscovery.DRIVER_FOLDER)
                ? ProviderStatus.usable(NAME, "driver: " + SubchannelDiscovery.DRIVER)
                : ProviderStatus.unusable(
                        NAME, "the driver vfio_ccw is not loaded; load it: modprobe vfio_ccw");
    }

    @Override
    public List<DeviceNode> devices(Host host) {
        return new SubchannelDiscovery(files(host)).devices();
    }

    @Override
    public Optional<String> deviceName(String nameOrPath) {
        try {
            return Optional.of(SubchannelAddress.of(nameOrPath).name());
        } catch (IllegalArgumentException notOurs) {
            return MdevNodes.name(nameOrPath);
        }
    }

    @Override
    public Optional<DeviceNode> find(Host host, String name) {
        return new SubchannelDiscovery(files(host)).find(name);
    }

    @Override
    public VfioDevice open(DeviceContext context) {
        return VfioCcw.open(context);
    }

    private static FileTree files(Host host) {
        return LinuxHost.of(host).kernel().files();
    }
}
