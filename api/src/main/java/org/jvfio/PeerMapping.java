// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.List;

/**
 * A part of one device's BAR that the devices of an address space reach: peer-to-peer.
 *
 * <p>It may come and go, and that is no failure. Each set of page tables that the devices of the
 * address space are behind takes it or refuses; a refusal is a state, told to the log once, and
 * everything else works on. While the BAR's device is being reset, does not decode memory, or is in
 * its power state D3, the mapping is away; when the device is back, it is made again. With the
 * device it ends.
 *
 * <p>All this follows what is done through the device's own object: its {@code reset}, and writes
 * to its configuration space. A reset that comes from elsewhere is not seen. The legacy backend's
 * page tables then go on reaching the BAR; those of iommufd reach nothing from then on, until the
 * device is reset here, or this mapping is closed and made anew.
 *
 * <p><b>Failure.</b> {@link IllegalStateException} after {@link #close}. <b>Threads.</b> Safe for
 * use by several threads. <b>Lifetime.</b> Until it is closed, its range is unmapped, or the
 * address space is closed.
 */
public interface PeerMapping extends AutoCloseable {
    /** Whether devices reach the BAR. */
    enum State {
        /** They do. Of an address space without devices: those that come will. */
        MAPPED,
        /** They do not: the kernel or the hardware does not offer it. */
        REFUSED,
        /** They do not at present, or no more: the BAR does not answer, or is not mapped now. */
        REVOKED
    }

    /**
     * How it is with one set of page tables.
     *
     * @param pageTables their name: {@code "/dev/vfio/vfio"}, {@code "/dev/iommu IOAS 3"}
     * @param state whether the devices behind them reach the BAR
     * @param reason why not, and what to do about it; empty if they do
     */
    record Part(String pageTables, State state, String reason) {}

    /** Where devices see it. */
    IovaRange range();

    /** Whether all devices reach the BAR; if not, whether that is a refusal of any. */
    State state();

    /** Why not, and what to do about it; empty if they do. */
    String reason();

    /** How it is with each set of page tables, in the order in which they came. */
    List<Part> parts();

    /**
     * Stops devices reaching the BAR. Nothing happens if it is closed already.
     *
     * @throws VfioException if the kernel refuses; the mapping is then as it was
     */
    @Override
    void close();
}
