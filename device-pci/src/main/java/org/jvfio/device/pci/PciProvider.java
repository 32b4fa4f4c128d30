// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jvfio.AttachOptions;
import org.jvfio.Host;
import org.jvfio.ProviderStatus;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.PciAddress;
import org.jvfio.device.VfioDevice;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.MdevNodes;
import org.jvfio.spi.BusProvider;
import org.jvfio.spi.DeviceContext;
import org.jvfio.spi.SpiVersion;

/**
 * Provides PCI functions, through {@code vfio-pci} and the drivers built on it, and the mediated
 * devices that look like PCI functions.
 */
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
        if (drivers.isEmpty() && mediated(host).devices().isEmpty()) {
            return ProviderStatus.unusable(
                    NAME, "no VFIO driver for PCI is loaded; load one: modprobe vfio-pci");
        }
        return ProviderStatus.usable(
                NAME,
                drivers.isEmpty()
                        ? "mediated devices alone; no VFIO driver for PCI is loaded"
                        : "drivers: " + String.join(", ", drivers));
    }

    @Override
    public List<DeviceNode> devices(Host host) {
        return Stream.concat(
                        new PciDiscovery(files(host)).devices().stream(),
                        mediated(host).devices().stream())
                .toList();
    }

    @Override
    public Optional<String> deviceName(String nameOrPath) {
        try {
            return Optional.of(PciAddress.of(nameOrPath).name());
        } catch (IllegalArgumentException notOurs) {
            return MdevNodes.name(nameOrPath);
        }
    }

    @Override
    public Optional<DeviceNode> find(Host host, String name) {
        return MdevNodes.name(name).isPresent()
                ? mediated(host).find(name)
                : new PciDiscovery(files(host)).find(name);
    }

    @Override
    public Optional<DeviceNode> find(Host host, String name, AttachOptions options) {
        return MdevNodes.name(name).isPresent() || !options.isUnsafeNoIommu()
                ? find(host, name)
                : new PciDiscovery(files(host)).unsafely().find(name);
    }

    @Override
    public VfioDevice open(DeviceContext context) {
        return VfioPci.open(context);
    }

    private static PciSysfs sysfs(Host host) {
        return new PciSysfs(files(host));
    }

    private static MdevNodes mediated(Host host) {
        return new MdevNodes(files(host), NAME, "vfio-pci");
    }

    private static FileTree files(Host host) {
        return LinuxHost.of(host).kernel().files();
    }
}
