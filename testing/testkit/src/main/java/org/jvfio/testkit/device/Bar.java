// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.util.List;

/**
 * A window of registers that a function decodes, in memory space or among I/O ports.
 *
 * <p>An access through the kernel reaches the model at any offset. A mapped BAR is plain memory
 * that shows {@code registers} and is looked at again and again; so the order of the list matters:
 * what several registers were written with since the last look reaches the model in the list's
 * order. A register whose writing starts something comes after those that say what.
 *
 * @param index 0 to 5
 * @param size in bytes, a power of two
 * @param wide whether it is a 64-bit BAR, which takes the next index as well
 * @param ports whether it is decoded among I/O ports, and so cannot be mapped
 * @param idle the byte that a mapped BAR shows where there is no register
 * @param registers what a mapped BAR shows, in the order in which writes take effect
 */
public record Bar(
        int index, long size, boolean wide, boolean ports, byte idle, List<Register> registers) {
    /** Refuses a size that no BAR can have. */
    public Bar {
        if (index < 0 || index > 5 || size < 16 || Long.bitCount(size) != 1) {
            throw new IllegalArgumentException("BAR %d of 0x%x bytes".formatted(index, size));
        }
        registers = List.copyOf(registers);
    }

    /** A window in memory space. */
    public Bar(int index, long size, boolean wide, byte idle, List<Register> registers) {
        this(index, size, wide, false, idle, registers);
    }

    /** A window of I/O ports. */
    public static Bar ofPorts(int index, long size) {
        return new Bar(index, size, false, true, (byte) 0, List.of());
    }
}
