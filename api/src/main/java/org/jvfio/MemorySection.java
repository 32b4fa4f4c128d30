// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

/**
 * A part of a region, and where a guest's devices see it.
 *
 * @param range the addresses
 * @param region the region
 * @param offset where in the region {@code range.first()} leads
 */
public record MemorySection(IovaRange range, MemoryRegion region, long offset) {
    /** Refuses a part that the region does not have. */
    public MemorySection {
        boolean whole = region.size() == 0;
        long length = range.length();
        boolean within =
                whole
                        ? length != 0 || offset == 0
                        : length != 0
                                && Long.compareUnsigned(length, region.size()) <= 0
                                && Long.compareUnsigned(offset, region.size() - length) <= 0;
        if (!within) {
            throw new IllegalArgumentException(
                    "%s: offset 0x%x of %s, which has 0x%x bytes, is not all in it"
                            .formatted(range, offset, region.name(), region.size()));
        }
    }

    /** All of a region, from {@code first} on. */
    public static MemorySection of(long first, MemoryRegion region) {
        return new MemorySection(new IovaRange(first, first + region.size() - 1), region, 0);
    }

    @Override
    public String toString() {
        return range + " " + region.name() + "+0x" + Long.toHexString(offset);
    }
}
