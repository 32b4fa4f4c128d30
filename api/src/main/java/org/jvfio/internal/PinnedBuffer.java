// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jvfio.DmaBuffer;
import org.jvfio.IovaRange;
import org.jvfio.spi.NativeMemory;

/** A buffer of an address space, in memory of the host. */
final class PinnedBuffer implements DmaBuffer {
    private final IommuAddressSpace space;
    private final IovaRange range;
    private final NativeMemory memory;
    private final long size;
    private volatile boolean closed;

    PinnedBuffer(IommuAddressSpace space, IovaRange range, NativeMemory memory, long size) {
        this.space = space;
        this.range = range;
        this.memory = memory;
        this.size = size;
    }

    @Override
    public IovaRange range() {
        checkOpen();
        return range;
    }

    @Override
    public long size() {
        checkOpen();
        return size;
    }

    @Override
    public long address() {
        checkOpen();
        return memory.address();
    }

    @Override
    public ByteBuffer bytes(long offset, int length) {
        checkOpen();
        Objects.checkFromIndexSize(offset, length, size);
        int start = (int) (offset % NativeMemory.WINDOW_BYTES);
        ByteBuffer window = memory.window((int) (offset / NativeMemory.WINDOW_BYTES));
        return window.slice(start, length).order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        if (!closed) {
            space.release(this);
        }
    }

    /** Where it is, closed or not. */
    IovaRange place() {
        return range;
    }

    NativeMemory memory() {
        return memory;
    }

    boolean isClosed() {
        return closed;
    }

    /** Gives the memory back: no device reaches it any more. */
    void retire() {
        closed = true;
        memory.retire();
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("DMA buffer " + range + ": closed");
        }
    }

    @Override
    public String toString() {
        return "DMA buffer " + range + (closed ? " (closed)" : "");
    }
}
