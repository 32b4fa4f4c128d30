// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import org.jvfio.internal.DiscardableBlocks;

/**
 * Guest memory that comes and goes in blocks while the guest runs: virtio-mem, a balloon.
 *
 * <p>Nothing of it is there at first. Each block is mapped by itself, because the kernel takes
 * mappings away whole only; so blocks count against the limit of mappings, and a listener refuses a
 * region whose blocks could not all be mapped.
 *
 * <p><b>Threads.</b> Safe for use by several threads.
 */
public interface DiscardableRam extends MemoryRegion {
    /**
     * Memory of which nothing is populated.
     *
     * @param memory where it is, and what devices may do with it
     * @param granularity the size of a block: a power of two, at least the host's page size
     * @throws IllegalArgumentException if the granularity is no power of two, or the memory's
     *     address or size is no multiple of it
     */
    static DiscardableRam of(RamRegion memory, long granularity) {
        return new DiscardableBlocks(memory, granularity);
    }

    /** The memory, all of it. */
    RamRegion memory();

    /** The size of a block. */
    long granularity();

    @Override
    default String name() {
        return memory().name();
    }

    @Override
    default long size() {
        return memory().size();
    }

    /** How many bytes are populated. */
    long populatedBytes();

    /** Whether the block at this offset is populated. */
    boolean isPopulated(long offset);

    /**
     * Lets devices reach these blocks, wherever a listener has them; blocks that are populated
     * already stay so.
     *
     * @param offset a multiple of the granularity
     * @param bytes a multiple of the granularity
     * @throws VfioException if a block cannot be mapped somewhere; those that were not populated
     *     before are not then either, anywhere
     */
    void populate(long offset, long bytes);

    /**
     * Stops devices reaching these blocks. When this returns, none can still write there, and the
     * memory may be given back.
     *
     * @param offset a multiple of the granularity
     * @param bytes a multiple of the granularity
     * @throws VfioException if the kernel refuses; the blocks count as populated still
     */
    void discard(long offset, long bytes);
}
