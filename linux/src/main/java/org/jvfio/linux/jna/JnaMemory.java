// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.jna;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/** This process's memory by address, through JNA; see {@code ProcessMemory} for the contract. */
public final class JnaMemory {
    private JnaMemory() {}

    /** The address of the first byte of a direct buffer, whatever its position. */
    public static long addressOf(ByteBuffer direct) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
    }

    /** A direct buffer over {@code length} bytes at {@code address}. */
    public static ByteBuffer view(long address, int length) {
        return new Pointer(address).getByteBuffer(0, length);
    }
}
