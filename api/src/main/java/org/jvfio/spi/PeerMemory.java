// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import org.jvfio.VfioException;

/**
 * A part of a device's region, as page tables of other devices take it.
 *
 * <p><b>Failure.</b> {@link VfioException} where the kernel does not offer the region so; it says
 * why, and what to do. <b>Threads.</b> The SDK makes one call at a time on one instance; {@link
 * #presence} and {@link #revocations} at any time. <b>Lifetime.</b> Nothing may be mapped of it
 * when it is closed.
 */
public interface PeerMemory extends AutoCloseable {
    /** Whether a device's memory answers. */
    enum Presence {
        /** It answers. */
        HERE,
        /** It does not: the device is being reset, decodes no memory, or is in D3. */
        AWAY,
        /** The device is closed, and this will not answer again. */
        GONE
    }

    /** The name of its device: {@code "0000:00:07.0"}. */
    String device();

    /** Names it for messages: {@code "0000:00:07.0 BAR 0: 0x1000 bytes at 0x0"}. */
    String name();

    /** Whether it answers now, as far as this process has done something about it. */
    Presence presence();

    /**
     * How often it has stopped answering: what was mapped by file before that is mapped no more.
     */
    int revocations();

    /** Where it begins in this process, for page tables that map by address; the same each time. */
    long address();

    /** A descriptor of it, for page tables that map files; the same each time. It is not given. */
    int descriptor();

    /** Gives address and descriptor back. Nothing happens if that was done already. */
    @Override
    void close();
}
