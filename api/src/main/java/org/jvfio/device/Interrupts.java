// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.util.List;

/**
 * The vectors of one interrupt index of a device: its INTx line, its MSI or its MSI-X vectors.
 *
 * <p>Vectors are enabled one by one, in any order, with holes. A device has one kind in use at a
 * time: enabling a vector of one kind while another kind is in use is refused by the kernel.
 *
 * <p><b>Failure.</b> {@link IndexOutOfBoundsException} for a vector beyond {@link #count()}, {@link
 * org.jvfio.VfioException} when the kernel refuses, {@link IllegalStateException} once the device
 * is closed; vectors that were enabled stay so. <b>Threads.</b> Safe for use by several threads.
 *
 * <p>Source: {@code VFIO_DEVICE_GET_IRQ_INFO}, {@code VFIO_DEVICE_SET_IRQS}.
 */
public interface Interrupts {
    /** For people: {@code "MSI-X"}. */
    String name();

    /** How many vectors the device has; 0 if it has none of this kind. */
    int count();

    /** Whether {@link #mask} and {@link #unmask} work. */
    boolean maskable();

    /**
     * Calls {@code listener} for each interrupt of {@code vector}, until {@link #release}.
     *
     * <p>A level interrupt (INTx) masks itself when it comes, and is unmasked when the listener
     * returns. Calling this again for the same vector replaces the listener.
     */
    void listen(int vector, InterruptListener listener);

    /**
     * Signals the caller's own eventfd for each interrupt of {@code vector}: for a VMM that hands
     * it to KVM. A level interrupt stays masked until {@link #unmask}.
     *
     * @param eventfd borrowed: it is never read nor closed here
     */
    void connect(int vector, int eventfd);

    /** Stops one vector. Nothing happens if it is not enabled. */
    void release(int vector);

    /** Stops all vectors of this kind. Nothing happens if none is enabled. */
    void disable();

    /** Holds back the interrupts of {@code vector} until {@link #unmask}, across deliveries. */
    void mask(int vector);

    /** Lets the interrupts of {@code vector} through again. */
    void unmask(int vector);

    /**
     * Has the kernel unmask {@code vector} whenever the caller's own eventfd is signalled, until
     * {@link #release}: for a VMM that has KVM signal it when the guest has served a level
     * interrupt. Calling this again replaces the eventfd.
     *
     * @param eventfd borrowed, and not closed here; the kernel takes what is in it
     */
    void resample(int vector, int eventfd);

    /**
     * Makes the kernel signal {@code vector} as if the device had: a test of the way up. A masked
     * level interrupt of a device that is not a PCI function is not signalled.
     */
    void trigger(int vector);

    /** The vectors that are enabled, lowest first. */
    List<Integer> enabled();
}
