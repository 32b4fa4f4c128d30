// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import java.util.List;
import java.util.Optional;
import org.jvfio.Host;
import org.jvfio.ProviderStatus;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.PciAddress;
import org.jvfio.device.VfioDevice;
import org.jvfio.linux.LinuxHost;
import org.jvfio.spi.BusProvider;
import org.jvfio.spi.DeviceContext;
import org.jvfio.spi.SpiVersion;

/** Provides PCI functions, through {@code vfio-pci} and the drivers built on it. */
public final class PciProvider implements BusProvider {
    static final String NAME = "pci";

    /** For {@link java.util.ServiceLoader}. */
    public PciProvider() {}

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
        PciSysfs sysfs = sysfs(host);
        if (!sysfs.present()) {
            return ProviderStatus.unusable(NAME, "this host has no PCI bus: no " + PciSysfs.BUS);
        }
        List<String> drivers = sysfs.vfioDrivers();
        return drivers.isEmpty()
                ? ProviderStatus.unusable(
                        NAME, "no VFIO driver for PCI is loaded; load one: modprobe vfio-pci")
                : ProviderStatus.usable(NAME, "drivers: " + String.join(", ", drivers));
    }

    @Override
    public List<DeviceNode> devices(Host host) {
        return new PciDiscovery(LinuxHost.of(host).kernel().files()).devices();
    }

    @Override
    public Optional<String> deviceName(String nameOrPath) {
        try {
            return Optional.of(PciAddress.of(nameOrPath).name());
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<DeviceNode> find(Host host, String name) {
        return new PciDiscovery(LinuxHost.of(host).kernel().files()).find(name);
    }

    @Override
    public VfioDevice open(DeviceContext context) {
        return VfioPci.open(context);
    }

    private static PciSysfs sysfs(Host host) {
        return new PciSysfs(LinuxHost.of(host).kernel().files());
    }
}
