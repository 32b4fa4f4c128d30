// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

/**
 * A register that a mapped BAR shows.
 *
 * @param offset where it is in its BAR; a multiple of {@code width}
 * @param width in bytes: 4 or 8
 * @param writable whether what is written there reaches the model
 */
public record Register(long offset, int width, boolean writable) {
    /** Refuses what no single access could reach. */
    public Register {
        if ((width != Integer.BYTES && width != Long.BYTES) || offset < 0 || offset % width != 0) {
            throw new IllegalArgumentException(
                    "register of %d bytes at 0x%x: 4 or 8 bytes, aligned".formatted(width, offset));
        }
    }

    /** A register that drivers only read. */
    public static Register readOnly(long offset, int width) {
        return new Register(offset, width, false);
    }

    /** A register that drivers write. */
    public static Register writable(long offset, int width) {
        return new Register(offset, width, true);
    }
}
