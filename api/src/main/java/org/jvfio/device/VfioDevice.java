// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.util.Optional;
import org.jvfio.AddressSpace;
import org.jvfio.VfioException;

/**
 * An open device behind an address space.
 *
 * <p><b>Failure.</b> {@link VfioException} when the kernel refuses; {@link IllegalStateException}
 * after {@link #close}, from every method that asks the device for something. <b>Threads.</b> Safe
 * for use by several threads; {@code close} waits for those that are inside.
 */
public interface VfioDevice extends AutoCloseable {
    /** What sysfs showed of the device when it was opened. */
    DeviceNode node();

    /** The device's name on its bus. */
    default String name() {
        return node().name();
    }

    /** The address space that the device is behind. */
    AddressSpace addressSpace();

    /** The backend that it was attached through. */
    String backend();

    /** Why that backend, in words. */
    String backendReason();

    /** How many regions the kernel offers for it; not all need be present. */
    int regionCount();

    /**
     * The region with this index.
     *
     * @throws IndexOutOfBoundsException if there is none
     */
    Region region(int index);

    /** How many interrupt indexes the kernel offers for it; not all need have vectors. */
    int interruptCount();

    /**
     * The interrupts with this index.
     *
     * @throws IndexOutOfBoundsException if there are none
     */
    Interrupts interrupts(int index);

    /** Whether {@link #reset} can do something. */
    boolean resettable();

    /**
     * Puts the device back into its state after power-on, as far as it can by itself.
     *
     * <p>Source: {@code VFIO_DEVICE_RESET}.
     *
     * @throws VfioException if the device has no reset, or the kernel refuses
     */
    void reset();

    /**
     * How its state is moved to another device of its kind; empty if its driver cannot do that.
     *
     * @throws VfioException if the kernel does not answer
     */
    Optional<Migration> migration();

    /**
     * Turns its interrupts off, takes its mapped regions back, stops its DMA, and gives it back to
     * the kernel. Nothing happens if it is closed already.
     */
    @Override
    void close();
}
