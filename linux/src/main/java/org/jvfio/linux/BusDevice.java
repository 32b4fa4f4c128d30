// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.Optional;
import org.jvfio.AddressSpace;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.Interrupts;
import org.jvfio.device.Migration;
import org.jvfio.device.Region;
import org.jvfio.device.VfioDevice;

/**
 * A device as one bus has it, around what every bus has: its methods are those of its {@link
 * #kernelDevice}, unless the bus knows better.
 */
public interface BusDevice extends VfioDevice {
    /** The open device without what is particular to its bus: the same one each time. */
    KernelDevice kernelDevice();

    @Override
    default DeviceNode node() {
        return kernelDevice().node();
    }

    @Override
    default AddressSpace addressSpace() {
        return kernelDevice().addressSpace();
    }

    @Override
    default String backend() {
        return kernelDevice().backend();
    }

    @Override
    default String backendReason() {
        return kernelDevice().backendReason();
    }

    @Override
    default int regionCount() {
        return kernelDevice().regionCount();
    }

    @Override
    default Region region(int index) {
        return kernelDevice().region(index);
    }

    @Override
    default int interruptCount() {
        return kernelDevice().interruptCount();
    }

    @Override
    default Interrupts interrupts(int index) {
        return kernelDevice().interrupts(index);
    }

    @Override
    default boolean resettable() {
        return kernelDevice().resettable();
    }

    @Override
    default void reset() {
        kernelDevice().reset();
    }

    @Override
    default Optional<Migration> migration() {
        return kernelDevice().migration();
    }

    @Override
    default void close() {
        kernelDevice().close();
    }
}
