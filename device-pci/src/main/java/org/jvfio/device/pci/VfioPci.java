// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jvfio.VfioException;
import org.jvfio.device.Eeh;
import org.jvfio.device.HotResetPlan;
import org.jvfio.device.Interrupts;
import org.jvfio.device.PciCapability;
import org.jvfio.device.PciConfig;
import org.jvfio.device.PciDevice;
import org.jvfio.device.PciResets;
import org.jvfio.device.Region;
import org.jvfio.device.Region.Area;
import org.jvfio.linux.Abi;
import org.jvfio.linux.BusDevice;
import org.jvfio.linux.Errno;
import org.jvfio.linux.KernelDevice;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.uapi.DeviceInfo;
import org.jvfio.linux.uapi.VfToken;
import org.jvfio.spi.DeviceContext;

/** A PCI function that vfio-pci, or a driver built on it, has opened. */
final class VfioPci implements BusDevice, PciDevice {
    private static final int HEADER_BYTES = 0x40;

    private final DeviceContext context;
    private final KernelDevice device;
    private final ConfigSpace config;
    private final CommandRegister command;

    private VfioPci(DeviceContext context, KernelDevice device) {
        this.context = context;
        this.device = device;
        this.config = new ConfigSpace(device.region(PciLayout.CONFIG_REGION));
        this.command = new CommandRegister(config);
    }

    static VfioPci open(DeviceContext context) {
        KernelDevice device = KernelDevice.open(context, DeviceInfo.PCI, new PciLayout());
        if (device.regionCount() < PciLayout.KNOWN_REGIONS - 1
                || device.interruptCount() <= PciLayout.MSIX) {
            throw new VfioException(
                    device.name(),
                    "VFIO_DEVICE_GET_INFO",
                    "%d regions and %d interrupt indexes: fewer than any PCI function has"
                            .formatted(device.regionCount(), device.interruptCount()));
        }
        long configBytes = device.region(PciLayout.CONFIG_REGION).size();
        if (configBytes < HEADER_BYTES) {
            throw new VfioException(
                    device.name(),
                    "VFIO_DEVICE_GET_REGION_INFO",
                    "0x%x bytes of configuration space: fewer than any PCI function has"
                            .formatted(configBytes));
        }
        VfioPci pci = new VfioPci(context, device);
        List<PciCapability> capabilities = pci.config.capabilities();
        pci.withholdMsixTable(capabilities);
        pci.withholdBars(LinuxHost.of(context.host()).kernel().abi());
        pci.command.set(CommandRegister.MEMORY_SPACE, true);
        pci.busMaster(context.options().busMaster());
        device.region(PciLayout.CONFIG_REGION)
                .watch(new MemoryDecoding(capabilities, device.presence()));
        return pci;
    }

    /** Until Linux 4.16, and without interrupt remapping, the table's pages cannot be mapped. */
    private void withholdMsixTable(List<PciCapability> capabilities) {
        MsixTable.of(name(), config, capabilities)
                .ifPresent(
                        table -> {
                            var bar = device.region(table.bar());
                            table.checkWithin(name(), bar.size());
                            if (!msixMappable(table.bar())) {
                                bar.withhold(table.area());
                            }
                        });
    }

    /** Linux 7.3 lets them be mapped on any architecture. */
    private void withholdBars(Abi abi) {
        for (int number = 0; number < PciLayout.BARS && !abi.loadsReachPciMemory(); number++) {
            var bar = device.region(number);
            bar.withhold(new Area(0, bar.size()));
        }
    }

    private boolean msixMappable(int bar) {
        try {
            return device.file().region(bar).msixMappable();
        } catch (KernelException refused) {
            throw refused.about(device.region(bar).toString());
        }
    }

    @Override
    public PciConfig config() {
        return config;
    }

    @Override
    public Region bar(int number) {
        return device.region(Objects.checkIndex(number, PciLayout.BARS));
    }

    @Override
    public Region rom() {
        return device.region(PciLayout.ROM_REGION);
    }

    @Override
    public Interrupts intx() {
        return device.interrupts(PciLayout.INTX);
    }

    @Override
    public Interrupts msi() {
        return device.interrupts(PciLayout.MSI);
    }

    @Override
    public Interrupts msix() {
        return device.interrupts(PciLayout.MSIX);
    }

    @Override
    public Optional<Eeh> eeh() {
        return context.eeh().map(group -> new FunctionErrors(group, msi(), msix()));
    }

    @Override
    public void busMaster(boolean enabled) {
        command.set(CommandRegister.BUS_MASTER, enabled);
    }

    @Override
    public PciResets resets() {
        return ResetCapabilities.of(config, device.resettable());
    }

    @Override
    public HotResetPlan hotReset() {
        return BusReset.plan(this, context);
    }

    /** Runs {@code work} while the function has no interrupts and starts no transactions. */
    void quietly(Runnable work) {
        device.withoutPeers(
                () ->
                        device.withoutInterrupts(
                                () -> command.without(CommandRegister.BUS_MASTER, work), work));
    }

    @Override
    public void vfToken(UUID token) {
        try {
            device.file().feature(VfToken.set(token));
        } catch (KernelException refused) {
            throw refused.about(
                    name() + " (VF token)",
                    refused.errno().equals(Errno.ENOTTY)
                            ? "it has no virtual functions, or vfio_pci.enable_sriov is not set"
                            : refused.errno().meaning());
        }
    }

    @Override
    public KernelDevice kernelDevice() {
        return device;
    }

    @Override
    public void close() {
        device.close(() -> busMaster(false));
    }

    @Override
    public String toString() {
        return (node().mediated() ? "mediated PCI " : "PCI ") + name();
    }
}
