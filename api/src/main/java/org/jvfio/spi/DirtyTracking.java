// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import org.jvfio.IovaRange;

/**
 * Page tables that note which pages devices write through them.
 *
 * <p>It keeps no books: what it tells it takes for clean, and the SDK gathers it.
 *
 * <p><b>Units.</b> Bytes. A bitmap is memory of this process, at an address that is a multiple of
 * 8; it has one bit for each page of {@link #pageSize()} bytes, in whole words of 64 bits.
 *
 * <p><b>Failure.</b> Every method throws {@link org.jvfio.VfioException} when the kernel refuses.
 *
 * <p><b>Threads.</b> The SDK makes one call at a time on one instance.
 */
public interface DirtyTracking {
    /** How many bytes a bit stands for. */
    long pageSize();

    /** Whether {@link #collect} must be asked for whole mappings. */
    boolean wholeMappings();

    /**
     * Begins with nothing dirty; where that was done, goes on. Called again when a device has
     * joined, whose page tables may be new.
     */
    void start();

    /** Ends the tracking. Nothing happens where there is none. */
    void stop();

    /**
     * Sets the bits of the pages that devices may have written, and takes these for clean. What it
     * does to other bits of the bitmap means nothing. Allocates nothing.
     *
     * @param first where bit 0 is, with {@code length} mapped without a hole from there on
     * @param bitmap zeros, with room for the length
     */
    void collect(long first, long length, long bitmap);

    /**
     * Stops devices reaching a mapping, as {@link VFIOIOMMUOps#unmap} does, and sets the bits of
     * the pages of it that they may have written until then.
     *
     * @param mapping one, whole
     * @param bitmap zeros, with room for the mapping
     * @return how many bytes the kernel says it unmapped
     */
    long unmap(IovaRange mapping, long bitmap);
}
