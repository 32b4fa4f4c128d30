// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.jvfio.Host;
import org.jvfio.spi.NativeMemory;

/** Memory that the kernel writes bitmaps into, as long as the longest one so far. */
final class DirtyScratch {
    /** The longest bitmap: the longest that type 1 takes. */
    static final long MOST_BYTES = 256 << 20;

    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 16).asReadOnlyBuffer();

    private final Host host;
    private @Nullable NativeMemory memory;

    DirtyScratch(Host host) {
        this.host = host;
    }

    /** Whether there can be a bitmap of so many pages. */
    static boolean fits(long pages) {
        return pages > 0 && DirtyWords.bytes(pages) <= MOST_BYTES;
    }

    /** A bitmap of zeros for so many pages, which {@link #fits}. */
    NativeMemory zeroed(long pages) {
        long bytes = DirtyWords.bytes(pages);
        if (memory == null || memory.size() < bytes) {
            release();
            memory = host.allocate(bytes);
            return memory;
        }
        ByteBuffer bits = memory.window(0);
        for (int at = 0; at < bytes; at += ZEROS.capacity()) {
            bits.put(at, ZEROS, 0, (int) Math.min(ZEROS.capacity(), bytes - at));
        }
        return memory;
    }

    void release() {
        if (memory != null) {
            memory.retire();
            memory = null;
        }
    }
}
