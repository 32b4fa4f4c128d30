// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

/**
 * The machine as a device sees it: memory behind an IOMMU, and interrupts.
 *
 * <p>What the device may not do has no effect and is recorded, see {@link DmaFault}.
 * <b>Threads.</b> Called by a model only from within a call of the model.
 */
public interface DeviceBus {
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

    /** Drives the INTx line. */
    void line(boolean asserted);
}
