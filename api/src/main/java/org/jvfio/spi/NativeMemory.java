// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import java.nio.ByteBuffer;

/**
 * Memory outside the Java heap that outlives every view of it.
 *
 * <p><b>Lifetime.</b> {@link #retire} takes the contents away at once, and lays zeros in their
 * place at the same addresses; the addresses themselves are given back when no view of them is
 * reachable any more. So a late access through a view reads zeros, and never faults.
 */
public interface NativeMemory {
    /** The bytes of one {@link #window}, except the last. */
    long WINDOW_BYTES = 1L << 30;

    /** The address of the first byte. */
    long address();

    /** How many bytes there are. */
    long size();

    /**
     * The bytes from {@code index * WINDOW_BYTES} on, in the machine's byte order: the same buffer
     * each time, so a caller that moves its position or hands it out takes a duplicate.
     */
    ByteBuffer window(int index);

    /** Takes the contents away. Nothing happens if that was done already. */
    void retire();
}
