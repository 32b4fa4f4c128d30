// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.Host;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.VfioDevice;
import org.jvfio.linux.uapi.DeviceInfo;
import org.jvfio.spi.DeviceContext;
import org.jvfio.spi.HotReset;

/** Opens the device of a {@link ScriptedVfio}, and counts how often it is given back. */
final class ScriptedDevice implements DeviceContext {
    static final String NAME = "0000:02:00.0";

    private final LinuxHost host;
    int released;
    Runnable onRelease = () -> {};

    ScriptedDevice(Kernel kernel) {
        this.host = LinuxHost.on(kernel);
    }

    KernelDevice open() {
        return KernelDevice.open(this, DeviceInfo.PCI, layout(ByteOrder.LITTLE_ENDIAN));
    }

    KernelDevice open(ByteOrder order) {
        return KernelDevice.open(this, DeviceInfo.PCI, layout(order));
    }

    private static DeviceLayout layout(ByteOrder order) {
        return new DeviceLayout() {
            @Override
            public String regionName(int index) {
                return "BAR " + index;
            }

            @Override
            public ByteOrder byteOrder(int region) {
                return order;
            }

            @Override
            public String interruptName(int index) {
                return List.of("INTx", "MSI", "MSI-X", "error").get(index);
            }

            @Override
            public boolean exclusive(int interruptIndex) {
                return interruptIndex < 3;
            }
        };
    }

    @Override
    public Host host() {
        return host;
    }

    @Override
    public DeviceNode node() {
        return new DeviceNode(
                "pci",
                NAME,
                "/sys/bus/pci/devices/" + NAME,
                "",
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                List.of());
    }

    @Override
    public int descriptor() {
        return ScriptedVfio.DEVICE;
    }

    @Override
    public AttachOptions options() {
        return AttachOptions.defaults();
    }

    @Override
    public AddressSpace addressSpace() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String backend() {
        return "scripted";
    }

    @Override
    public String backendReason() {
        return "it is the only one";
    }

    @Override
    public Optional<HotReset> hotReset() {
        return Optional.empty();
    }

    @Override
    public List<VfioDevice> attached() {
        return List.of();
    }

    @Override
    public <T> T exclusively(Supplier<T> work) {
        return work.get();
    }

    @Override
    public void release() {
        released++;
        onRelease.run();
    }
}
