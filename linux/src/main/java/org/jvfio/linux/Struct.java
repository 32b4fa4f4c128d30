// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory laid out as a struct of the kernel: the argument of a request.
 *
 * <p>A subclass is a table of offsets: its Javadoc draws the table, and its accessors read and
 * write {@link #bytes} at those offsets. Byte order is the machine's. The memory starts as zeros,
 * keeps its address, and goes when the object does.
 *
 * <p><b>Threads.</b> Not safe: whoever owns the struct makes one request at a time with it.
 */
public abstract class Struct {
    /** The struct's bytes, in the machine's byte order. */
    protected final ByteBuffer bytes;

    private final long address;

    /** A struct of {@code size} bytes, all zero. */
    protected Struct(int size) {
        this.bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        this.address = ProcessMemory.addressOf(bytes);
    }

    /** Where the struct is in this process. */
    public final long address() {
        return address;
    }

    /** How many bytes there are, with whatever follows the fixed part. */
    public final int capacity() {
        return bytes.capacity();
    }
}
