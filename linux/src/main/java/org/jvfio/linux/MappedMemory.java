// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jvfio.spi.NativeMemory;

/** Mapped pages, shown through one buffer for each gibibyte. */
final class MappedMemory implements NativeMemory {
    private final MemoryMaps maps;
    private final long address;
    private final long size;
    private final ByteBuffer[] windows;
    private final Lease lease;
    private boolean retired;

    /** Pages within a mapping from {@code start}, which goes back whole. */
    MappedMemory(MemoryMaps maps, long address, long size, long start, long length) {
        this.maps = maps;
        this.address = address;
        this.size = size;
        this.windows = new ByteBuffer[Math.toIntExact((size + WINDOW_BYTES - 1) / WINDOW_BYTES)];
        for (int i = 0; i < windows.length; i++) {
            long offset = i * WINDOW_BYTES;
            int bytes = (int) Math.min(WINDOW_BYTES, size - offset);
            windows[i] = ProcessMemory.view(address + offset, bytes);
        }
        this.lease = new Lease(start, length, windows.length);
    }

    @Override
    public long address() {
        return address;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public ByteBuffer window(int index) {
        return windows[index];
    }

    int windowCount() {
        return windows.length;
    }

    Lease lease() {
        return lease;
    }

    @Override
    public synchronized void retire() {
        if (!retired) {
            maps.overlay(this);
            retired = true;
        }
    }

    /** The addresses, which go back once every window has become unreachable. */
    static final class Lease {
        final long address;
        final long length;
        private final AtomicInteger windows;

        Lease(long address, long length, int windows) {
            this.address = address;
            this.length = length;
            this.windows = new AtomicInteger(windows);
        }

        /** Counts one window less; says whether it was the last. */
        boolean returned() {
            return windows.decrementAndGet() == 0;
        }
    }
}
