// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli.demo;

import java.nio.ByteBuffer;
import org.jvfio.DmaBuffer;

/**
 * Bytes that look like nothing else: each seed gives others, and no two neighbours are equal.
 *
 * @param seed which pattern
 */
record Pattern(int seed) {
    /** Writes it all over {@code buffer}. */
    void fill(DmaBuffer buffer) {
        ByteBuffer bytes = buffer.bytes();
        for (int i = 0; i < bytes.limit(); i++) {
            bytes.put(i, at(i));
        }
    }

    /**
     * Throws if a byte of {@code buffer} is not the pattern's; {@code meaning} says what that is.
     */
    void check(DmaBuffer buffer, String meaning) {
        ByteBuffer bytes = buffer.bytes();
        for (int i = 0; i < bytes.limit(); i++) {
            if (bytes.get(i) != at(i)) {
                throw new DemoFailure(
                        "%s: byte 0x%x is 0x%02x and not 0x%02x"
                                .formatted(meaning, i, bytes.get(i), at(i)));
            }
        }
    }

    private byte at(int index) {
        return (byte) (seed * 31 + index * 7 + (index >>> 8));
    }
}
