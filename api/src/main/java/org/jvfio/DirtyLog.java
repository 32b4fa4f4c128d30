// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Which pages of an address space devices may have written since they were last asked for.
 *
 * <p>It begins when it is opened with {@link AddressSpace#trackDirty}, with nothing dirty. A page
 * that a device wrote is never missing; pages that none wrote may be among those that are told, and
 * all are where nobody can tell ({@link DirtyTracker#NONE}). What is unmapped, and what a device
 * wrote that leaves, is kept until it is collected. Devices that join are tracked from then on.
 *
 * <p><b>Units.</b> One bit for each page of {@link #pageSize()} bytes, in words of 64 bits in the
 * machine's byte order: page <i>n</i> is bit <i>n</i> mod 64 of word <i>n</i> / 64, as the kernel
 * writes it.
 *
 * <p><b>Failure.</b> {@link VfioException} when the kernel refuses; {@link IllegalStateException}
 * after {@link #close}. What could not be asked counts as dirty the next time. A query that fails
 * while something is unmapped or a device leaves stops neither: what it was about counts as dirty,
 * and a warning is logged.
 *
 * <p><b>Threads.</b> Safe for use by several threads, which share what is dirty: each page is told
 * to one of them.
 */
public interface DirtyLog extends AutoCloseable {
    /** How many bytes a bit stands for: a page of the host. */
    long pageSize();

    /**
     * Sets the bits of the pages in {@code range} that devices may have written, and takes them for
     * clean from then on.
     *
     * <p>No bit is cleared, so that one bitmap can gather several logs. Pages that are not mapped
     * and were not, have none.
     *
     * @param range whole pages
     * @param bitmap bit 0, at its position, stands for the first page of {@code range}; position
     *     and limit stay as they are
     * @throws IllegalArgumentException if the range is not whole pages, or the bitmap has no room
     *     for one bit of each in whole words
     */
    void collect(IovaRange range, ByteBuffer bitmap);

    /**
     * The same by memory instead of by address: sets the bits of the pages of a guest's memory that
     * devices may have written, wherever they see or saw it. That is what a guest with a virtual
     * IOMMU needs, whose devices know other addresses than it does.
     *
     * <p>Everything that is mapped is asked about, and what was written of other memory is kept for
     * those who ask for it.
     *
     * @param memory whole pages
     * @param bitmap bit 0, at its position, stands for the first page of {@code memory}; position
     *     and limit stay as they are
     * @throws IllegalArgumentException if the memory is not whole pages, or the bitmap has no room
     *     for one bit of each in whole words
     */
    void collect(RamRegion memory, ByteBuffer bitmap);

    /** Who notes what devices write, for each set of page tables in use now. */
    List<DirtySource> sources();

    /**
     * Ends the tracking, and forgets what was not collected. Nothing happens if it is closed
     * already, as it is when its address space is.
     */
    @Override
    void close();
}
