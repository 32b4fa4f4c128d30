// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.platform;

import java.util.List;
import java.util.Optional;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceTreeNode;
import org.jvfio.device.Interrupts;
import org.jvfio.device.PlatformDevice;
import org.jvfio.device.Region;
import org.jvfio.linux.BusDevice;
import org.jvfio.linux.KernelDevice;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.SysfsDevice;
import org.jvfio.linux.uapi.DeviceInfo;
import org.jvfio.spi.DeviceContext;

/** A platform device that vfio-platform, or vfio-amba, has opened. */
final class VfioPlatform implements BusDevice, PlatformDevice {
    private final KernelDevice device;
    private final SysfsDevice sysfs;
    private final PlatformLayout layout;

    private VfioPlatform(KernelDevice device, SysfsDevice sysfs, PlatformLayout layout) {
        this.device = device;
        this.sysfs = sysfs;
        this.layout = layout;
    }

    static VfioPlatform open(DeviceContext context) {
        SysfsDevice sysfs =
                new SysfsDevice(
                        LinuxHost.of(context.host()).kernel().files(), context.node().path());
        PlatformLayout layout = PlatformLayout.of(sysfs);
        int kinds = DeviceInfo.PLATFORM | DeviceInfo.AMBA;
        return new VfioPlatform(KernelDevice.open(context, kinds, layout), sysfs, layout);
    }

    @Override
    public KernelDevice kernelDevice() {
        return device;
    }

    @Override
    public Region region(String name) {
        return device.region(index("region", layout.regionNames(), name, regionCount()));
    }

    @Override
    public Interrupts interrupts(String name) {
        return device.interrupts(
                index("interrupt", layout.interruptNames(), name, interruptCount()));
    }

    private int index(String what, List<String> names, String name, int count) {
        int index = names.indexOf(name);
        if (index < 0 || index >= count) {
            throw new IllegalArgumentException(
                    "%s: its device tree has no %s \"%s\"; %s, and there are %d by index"
                            .formatted(
                                    name(),
                                    what,
                                    name,
                                    names.isEmpty()
                                            ? "it names none"
                                            : "it has " + String.join(", ", names),
                                    count));
        }
        return index;
    }

    @Override
    public Optional<DeviceTreeNode> deviceTree() {
        device.file().fd();
        return new DeviceTreeFiles(sysfs).node();
    }

    @Override
    public void reset() {
        if (!resettable()) {
            device.file().fd();
            throw new VfioException(
                    name(),
                    "VFIO_DEVICE_RESET",
                    "Linux has no reset driver for it; bring it into a known state through its"
                            + " registers");
        }
        device.reset();
    }

    @Override
    public String toString() {
        return "platform " + name();
    }
}
