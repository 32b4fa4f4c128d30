// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import java.util.Optional;
import org.jvfio.device.Eeh;

/**
 * A device that a backend has opened, on its way behind page tables.
 *
 * <p>The SDK offers it the page tables of its address space with {@link #join}, one after the
 * other, and lets it {@link #create} new ones when none fits. Either is called once with success.
 *
 * <p><b>Failure.</b> {@link org.jvfio.VfioException}; nothing has changed then. <b>Threads.</b> The
 * SDK makes one call at a time on one session.
 */
public interface Attachment extends AutoCloseable {
    /**
     * The page tables that the device is behind already, because another device of its group is.
     * Only these can be joined then.
     */
    Optional<VFIOIOMMUOps> bound();

    /**
     * Puts the device behind page tables that are in use.
     *
     * @param tables of the same backend
     * @return false if the kernel says that they do not fit the device
     */
    boolean join(VFIOIOMMUOps tables);

    /** Puts the device behind page tables of its own, which are empty. */
    VFIOIOMMUOps create();

    /** The device's descriptor, once it is behind page tables. It is this attachment's. */
    int descriptor();

    /**
     * The reset of the PCI bus that the device is on, where this interface has it: for a device
     * behind page tables, the same answer every time.
     */
    default Optional<HotReset> hotReset() {
        return Optional.empty();
    }

    /**
     * POWER's error handling for the group of the device, where this interface has it: for a device
     * behind page tables, the same answer every time.
     */
    default Optional<Eeh> eeh() {
        return Optional.empty();
    }

    /**
     * Says that the device is attached for good: what descriptors the caller gave away are this
     * attachment's to close from now on, and not before.
     */
    default void takeOver() {}

    /**
     * How the device notes by itself which pages it writes, if it does and is behind page tables.
     * Valid until {@link #close}.
     */
    Optional<DmaLogging> dmaLogging();

    /** Takes the device from behind its page tables and closes it. Nothing if that was done. */
    @Override
    void close();
}
