// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import java.util.List;
import org.jvfio.IovaRange;

/**
 * A device that notes by itself which pages it writes, by I/O virtual address.
 *
 * <p><b>Units.</b> Bytes. <b>Failure.</b> Every method throws {@link org.jvfio.VfioException} when
 * the kernel refuses. <b>Threads.</b> The SDK makes one call at a time on one instance.
 *
 * <p>Source: {@code VFIO_DEVICE_FEATURE_DMA_LOGGING_START}, {@code _STOP}, {@code _REPORT}.
 */
public interface DmaLogging {
    /**
     * Begins with nothing dirty.
     *
     * @param ranges what is noted, lowest first: whole pages, none overlapping another, and at
     *     least one
     * @param pageSize the page that the device should note by
     */
    void start(List<IovaRange> ranges, long pageSize);

    /** Ends the logging. */
    void stop();

    /**
     * Sets the bits of the pages that the device may have written, and takes these for clean.
     * Allocates nothing.
     *
     * @param first where bit 0 is; it and the length are within one of the ranges that are noted
     * @param pageSize bytes of a page
     * @param bitmap memory of this process, at an address that is a multiple of 8: zeros, with room
     *     for the length in whole words of 64 bits
     */
    void collect(long first, long length, long pageSize, long bitmap);
}
