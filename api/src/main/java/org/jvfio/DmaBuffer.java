// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.nio.ByteBuffer;

/**
 * Memory that this process and the devices of one {@link AddressSpace} share.
 *
 * <p>The memory is pinned and mapped, and the address space chose where devices see it.
 *
 * <p><b>Units.</b> Bytes. <b>Failure.</b> {@link IllegalStateException} after {@link #close}, from
 * every method but {@code close} itself. <b>Threads.</b> Safe for use by several threads; what they
 * do with the bytes is theirs to order. <b>Lifetime.</b> A {@link ByteBuffer} that was handed out
 * may be used after {@code close}: it then shows memory that no device reaches any more.
 */
public interface DmaBuffer extends AutoCloseable {
    /** Where devices see the buffer; a whole number of pages. */
    IovaRange range();

    /** The first address at which devices see the buffer. */
    default long iova() {
        return range().first();
    }

    /** How many bytes were asked for. */
    long size();

    /** The address of the first byte in this process. */
    long address();

    /**
     * The buffer's bytes, in the machine's byte order.
     *
     * @throws IllegalArgumentException if there are more than a {@link ByteBuffer} can show; use
     *     {@link #bytes(long, int)}
     */
    default ByteBuffer bytes() {
        if (size() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    range() + ": " + size() + " bytes; take parts with bytes(offset, length)");
        }
        return bytes(0, (int) size());
    }

    /**
     * A part of the buffer, in the machine's byte order.
     *
     * @throws IndexOutOfBoundsException if it reaches beyond {@link #size()}, or over a boundary of
     *     1 GiB within the buffer
     */
    ByteBuffer bytes(long offset, int length);

    /**
     * Takes the buffer away from the devices, then gives the memory back.
     *
     * @throws VfioException if the kernel refuses to unmap; the memory is then kept, because a
     *     device may still write there
     */
    @Override
    void close();
}
