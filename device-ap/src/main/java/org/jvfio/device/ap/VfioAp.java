// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.ap;

import java.util.Optional;
import java.util.UUID;
import org.jvfio.device.ApDevice;
import org.jvfio.device.ApMatrix;
import org.jvfio.device.Interrupts;
import org.jvfio.linux.ApMatrices;
import org.jvfio.linux.BusDevice;
import org.jvfio.linux.KernelDevice;
import org.jvfio.linux.uapi.DeviceInfo;
import org.jvfio.spi.DeviceContext;

/** A matrix that vfio_ap has opened for a virtual machine. */
final class VfioAp implements BusDevice, ApDevice {
    private final KernelDevice device;
    private final ApMatrices matrices;
    private final UUID name;

    private VfioAp(DeviceContext context, KernelDevice device) {
        this.device = device;
        this.matrices = ApMatrices.on(context.host());
        this.name = UUID.fromString(context.node().name());
    }

    static VfioAp open(DeviceContext context) {
        return new VfioAp(context, KernelDevice.open(context, DeviceInfo.AP, new ApLayout()));
    }

    @Override
    public ApMatrix matrix() {
        device.file().fd();
        return matrices.matrix(name);
    }

    @Override
    public ApMatrix guestMatrix() {
        device.file().fd();
        return matrices.guestMatrix(name);
    }

    @Override
    public void change(ApMatrix wanted) {
        device.file().fd();
        matrices.change(name, wanted);
    }

    @Override
    public Optional<Interrupts> request() {
        return ifThere(ApLayout.REQUEST);
    }

    @Override
    public Optional<Interrupts> configurationChange() {
        return ifThere(ApLayout.CONFIGURATION_CHANGE);
    }

    private Optional<Interrupts> ifThere(int index) {
        return index < interruptCount() && interrupts(index).count() > 0
                ? Optional.of(interrupts(index))
                : Optional.empty();
    }

    @Override
    public KernelDevice kernelDevice() {
        return device;
    }

    @Override
    public String toString() {
        return "AP matrix " + name();
    }
}
