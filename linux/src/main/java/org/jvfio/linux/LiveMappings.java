// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.List;
import org.jvfio.device.Mmio;
import org.jvfio.spi.NativeMemory;
import org.jvfio.spi.Teardown;

/**
 * The mappings of one region that nobody has closed yet, so that closing the device closes them.
 *
 * <p><b>Threads.</b> Safe for use by several threads.
 */
final class LiveMappings {
    private final IdentityHashMap<NativeMemory, Mmio> live = new IdentityHashMap<>();
    private boolean closed;

    /** Something that maps memory when it is asked. */
    @FunctionalInterface
    interface Source {
        NativeMemory map() throws KernelException;
    }

    /**
     * Maps memory and remembers it.
     *
     * @throws IllegalStateException after {@link #close}
     */
    synchronized Mmio open(String name, Source source) throws KernelException {
        if (closed) {
            throw new IllegalStateException(name + ": closed");
        }
        NativeMemory memory = new Remembered(source.map());
        Mmio mmio = Mmio.over(name, memory);
        live.put(memory, mmio);
        return mmio;
    }

    /** Closes what is left. */
    void close() {
        Teardown teardown = new Teardown();
        for (Mmio mmio : takeAll()) {
            teardown.step(mmio::close);
        }
        teardown.finish();
    }

    private synchronized List<Mmio> takeAll() {
        closed = true;
        return List.copyOf(live.values());
    }

    private synchronized void forget(NativeMemory memory) {
        live.remove(memory);
    }

    private final class Remembered implements NativeMemory {
        private final NativeMemory memory;

        Remembered(NativeMemory memory) {
            this.memory = memory;
        }

        @Override
        public long address() {
            return memory.address();
        }

        @Override
        public long size() {
            return memory.size();
        }

        @Override
        public ByteBuffer window(int index) {
            return memory.window(index);
        }

        @Override
        public void retire() {
            memory.retire();
            forget(this);
        }
    }
}
