// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * This process's own memory, by address.
 *
 * <p>Not part of the seam: a simulated kernel reads and writes the same process. <b>Lifetime.</b> A
 * view does not keep its memory alive; {@link MappedMemory} is memory that does.
 */
public final class ProcessMemory {
    private ProcessMemory() {}

    /** The address of the first byte of a direct buffer, whatever its position. */
    public static long addressOf(ByteBuffer direct) {
        if (!direct.isDirect()) {
            throw new IllegalArgumentException("only a direct buffer has an address");
        }
        return NativeBinding.addressOf(direct);
    }

    /**
     * A view of {@code length} bytes at {@code address}, in the machine's byte order.
     *
     * <p>Reading or writing it after the memory is gone takes the JVM down, so no view leaves the
     * code that knows how long the memory lives.
     */
    public static ByteBuffer view(long address, int length) {
        return NativeBinding.view(address, length).order(ByteOrder.nativeOrder());
    }
}
