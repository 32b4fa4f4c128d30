// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;
import org.jvfio.testkit.device.Bar;

/** What vfio-pci says about a function: its regions and interrupts. */
final class DeviceInfoRequests {
    private static final int RESET = 1;
    private static final int PCI = 2;
    private static final int REGIONS = 9;
    private static final int READ_WRITE = 3;
    private static final int MMAP = 4;
    private static final int CAPS = 8;
    private static final int EVENTFD = 1;
    private static final int MASKABLE_AUTOMASKED = 6;
    private static final int NORESIZE = 8;

    private final PciFunction function;

    DeviceInfoRequests(PciFunction function) {
        this.function = function;
    }

    /** {@code VFIO_DEVICE_GET_INFO}. */
    int device(long argument) {
        UserBytes info = UserBytes.sized(argument, 16);
        info.u32(4, PCI | (function.model().resettable() ? RESET : 0));
        info.u32(8, REGIONS).u32(12, Irqs.COUNT);
        if (info.i32(0) >= 20) {
            info.extended(20).u32(16, 0);
        }
        return 0;
    }

    /** {@code VFIO_DEVICE_GET_REGION_INFO}. */
    int region(long argument) {
        UserBytes info = UserBytes.sized(argument, 32);
        int index = info.i32(8);
        Refused.when(index < 0 || index > RegionAccess.CONFIG, Errno.EINVAL);
        Bar bar = function.bar(index);
        int flags = bar == null ? 0 : function.mappable(bar) ? READ_WRITE | MMAP : READ_WRITE;
        long size = bar != null ? bar.size() : 0;
        if (index == RegionAccess.CONFIG) {
            flags = READ_WRITE;
            size = function.config().size();
        }
        CapabilityWriter capabilities = capabilities(bar);
        int argsz = info.i32(0);
        int offset = capabilities.write(argument, argsz, 32);
        if (capabilities.size() > 0) {
            flags |= CAPS;
            info.u32(0, Math.max(argsz, 32 + capabilities.size()));
        }
        info.u32(4, flags).u32(12, offset).u64(16, size);
        info.u64(24, (long) index << RegionAccess.INDEX_SHIFT);
        return 0;
    }

    /** Says that the pages of an MSI-X table can be mapped with the rest of its BAR. */
    private CapabilityWriter capabilities(@Nullable Bar bar) {
        CapabilityWriter capabilities = new CapabilityWriter();
        ConfigSpace config = function.config();
        if (bar != null && config.vectors() > 0 && config.tableBar() == bar.index()) {
            capabilities.add(3, 1, 0, body -> {});
        }
        return capabilities;
    }

    /** {@code VFIO_DEVICE_GET_IRQ_INFO}. */
    int irq(long argument) {
        UserBytes info = UserBytes.sized(argument, 16);
        int index = info.i32(8);
        Refused.when(index < 0 || index >= Irqs.COUNT, Errno.EINVAL);
        // The IOMMU of this machine remaps interrupts, so vectors of MSI-X come and go singly; a
        // function without MSI-X shows the flag all the same.
        boolean single = index == Irqs.MSIX && function.config().vectors() > 0;
        int more = index == Irqs.INTX ? MASKABLE_AUTOMASKED : single ? 0 : NORESIZE;
        info.u32(4, EVENTFD | more).u32(12, function.irqs().count(index));
        return 0;
    }
}
