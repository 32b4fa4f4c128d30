// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * This process's memory by address, through {@code java.lang.foreign}; see {@code ProcessMemory}
 * for the contract.
 */
final class FfmMemory {
    private FfmMemory() {}

    /** The address of the first byte of a direct buffer, whatever its position. */
    static long addressOf(ByteBuffer direct) {
        return MemorySegment.ofBuffer(direct).address() - direct.position();
    }

    /** A direct buffer over {@code length} bytes at {@code address}. */
    @SuppressWarnings("restricted")
    static ByteBuffer view(long address, int length) {
        return MemorySegment.ofAddress(address).reinterpret(length).asByteBuffer();
    }
}
