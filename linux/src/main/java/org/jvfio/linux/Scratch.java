// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A little memory for each thread, for what is read and written through the kernel.
 *
 * <pre>
 *   offset  size  field
 *        0     8  address  of this memory in this process
 *        8  4096  data     in the machine's byte order
 * </pre>
 *
 * <p>A thread keeps nothing but a buffer, which is a class of the JDK: a thread that outlives this
 * module does not keep the module's classes.
 */
final class Scratch {
    /** Where the data starts. */
    static final int DATA_AT = 8;

    /** How many bytes of data there are. */
    static final int CAPACITY = 4096;

    private static final int ADDRESS_AT = 0;
    private static final ThreadLocal<ByteBuffer> MEMORY = ThreadLocal.withInitial(Scratch::create);

    private Scratch() {}

    /** This thread's memory. */
    static ByteBuffer ofThisThread() {
        return MEMORY.get();
    }

    /** The address of the data. */
    static long dataAddress(ByteBuffer scratch) {
        return scratch.getLong(ADDRESS_AT) + DATA_AT;
    }

    private static ByteBuffer create() {
        ByteBuffer memory =
                ByteBuffer.allocateDirect(DATA_AT + CAPACITY).order(ByteOrder.nativeOrder());
        return memory.putLong(ADDRESS_AT, ProcessMemory.addressOf(memory));
    }
}
