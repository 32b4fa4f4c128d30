// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

/**
 * A non-empty run of I/O virtual addresses, {@code first} to {@code last} inclusive.
 *
 * <p>Both ends are unsigned. The end is inclusive because the kernel reports apertures that way,
 * and because the whole 64-bit space has no length that fits in a {@code long}.
 *
 * @param first the lowest address
 * @param last the highest address, not below {@code first}
 */
public record IovaRange(long first, long last) {
    /** The whole 64-bit space. */
    public static final IovaRange ALL = new IovaRange(0, -1);

    /** Refuses a range whose end is below its start. */
    public IovaRange {
        if (Long.compareUnsigned(last, first) < 0) {
            throw new IllegalArgumentException(
                    "last 0x%x is below first 0x%x".formatted(last, first));
        }
    }

    /**
     * The range of {@code length} bytes from {@code first}.
     *
     * @throws IllegalArgumentException if {@code length} is zero or negative, or the range would
     *     wrap around the end of the 64-bit space
     */
    public static IovaRange of(long first, long length) {
        if (length <= 0) {
            throw new IllegalArgumentException(
                    "length 0x%x at IOVA 0x%x: a range holds at least one byte and at most 2^63-1"
                            .formatted(length, first));
        }
        long last = first + length - 1;
        if (Long.compareUnsigned(last, first) < 0) {
            throw new IllegalArgumentException(
                    "0x%x bytes at IOVA 0x%x wrap around the 64-bit space"
                            .formatted(length, first));
        }
        return new IovaRange(first, last);
    }

    /**
     * How many bytes the range holds, as an unsigned number; 0 stands for 2^64, the length of
     * {@link #ALL}.
     */
    public long length() {
        return last - first + 1;
    }

    /** Whether every address of {@code other} is in this range. */
    public boolean contains(IovaRange other) {
        return Long.compareUnsigned(first, other.first) <= 0
                && Long.compareUnsigned(other.last, last) <= 0;
    }

    /** Whether some address is in both ranges. */
    public boolean overlaps(IovaRange other) {
        return Long.compareUnsigned(first, other.last) <= 0
                && Long.compareUnsigned(other.first, last) <= 0;
    }

    @Override
    public String toString() {
        return "[0x" + Long.toHexString(first) + ", 0x" + Long.toHexString(last) + "]";
    }
}
