// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.time.Duration;

/**
 * The machine as a device sees it: memory behind an IOMMU, and interrupts.
 *
 * <p>What the device may not do has no effect and is recorded, see {@link DmaFault}.
 * <b>Threads.</b> Safe for use by several threads: what a test does to a model reaches the machine
 * as what a driver does.
 */
public interface DeviceBus {
    /** The bus of a device that is plugged into nothing: there is no memory, and nobody listens. */
    DeviceBus NONE = DisconnectedBus.INSTANCE;

    /**
     * Reads memory by DMA.
     *
     * @return whether the whole of it could be read; {@code target} is unchanged if not
     */
    boolean read(long iova, byte[] target);

    /**
     * Writes memory by DMA.
     *
     * @return whether the whole of it was written; no byte was if not
     */
    boolean write(long iova, byte[] source);

    /** Records that the device was asked for something that it cannot do. */
    void fault(long iova, long length, boolean write, String reason);

    /** Whether MSI or MSI-X is enabled, so that the device sends messages in place of INTx. */
    boolean messages();

    /** Sends the message of one vector. */
    void message(int vector);

    /** Drives the INTx line: {@link #line(int, boolean)} of index 0. */
    void line(boolean asserted);

    /** Drives a level-triggered interrupt of a device that is not a PCI function. */
    void line(int index, boolean asserted);

    /**
     * Does something later, on the machine's clock: a call of the model as any other. With no delay
     * it is done at once.
     */
    void after(Duration delay, Runnable work);

    /** Signals an edge-triggered interrupt of a device that is not a PCI function. */
    void signal(int index);
}
