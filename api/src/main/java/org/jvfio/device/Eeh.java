// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

/**
 * POWER's enhanced error handling for the endpoint that a PCI device is: its IOMMU group.
 *
 * <p>When a device of the group fails, the host bridge stops the group's registers (reads answer
 * all ones) and its DMA, so that nothing spreads. A VMM passes on what its guest does about it; the
 * usual order is {@link #state}, {@link #thawIo}, looking at the device, {@link #reset}, {@link
 * #endReset}, {@link #configure}, and {@link #thawDma} where there was no reset.
 *
 * <p>The kernel wants the group to be alone in its container: the backend {@code spapr} gives every
 * group its own.
 *
 * <p><b>Failure.</b> {@link org.jvfio.VfioException} when the kernel refuses; a host bridge without
 * this (every emulated one) answers {@code ENODEV}. {@link IllegalStateException} after the device
 * is closed. <b>Threads.</b> Safe for use by several threads. <b>Source.</b> {@code
 * VFIO_EEH_PE_OP}.
 */
public interface Eeh {
    /** What an endpoint is doing. */
    enum State {
        /** It works. */
        NORMAL,
        /** A reset has begun and has not ended. */
        RESET,
        /** Its registers and its DMA are stopped. */
        STOPPED,
        /** Its DMA is stopped; its registers answer. */
        DMA_STOPPED,
        /** It is gone, or cannot be asked for now. */
        UNAVAILABLE
    }

    /** How an endpoint is reset. */
    enum Reset {
        /** By its bus. */
        HOT,
        /** By the slot's own line, as when it is powered on. */
        FUNDAMENTAL
    }

    /** What the endpoint is doing now. */
    State state();

    /** Errors are handled so from now on. */
    void enable();

    /** Errors are handled so no longer. */
    void disable();

    /** Lets a stopped endpoint's registers be reached again. */
    void thawIo();

    /** Lets a stopped endpoint do DMA again. */
    void thawDma();

    /**
     * Begins a reset, which lasts until {@link #endReset}.
     *
     * <p>The device's MSI and MSI-X vectors are disabled before, because it forgets them: who
     * listens to them listens anew after {@link #configure}. Those of other devices of the group
     * are the caller's to disable.
     */
    void reset(Reset kind);

    /** Ends a reset. */
    void endReset();

    /** Gives bridges and functions their configuration back, after a reset. */
    void configure();
}
