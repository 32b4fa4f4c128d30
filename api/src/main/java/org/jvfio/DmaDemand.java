// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

/**
 * A memory map that devices are to reach, for {@link Vfio#budget}.
 *
 * @param pageTables how many sets of page tables will have it. Each counts in full: a container of
 *     its own for each device that shares none, or an IOAS, which many devices share
 * @param mappings how many mappings it takes in each
 * @param bytes how much memory that is in each
 */
public record DmaDemand(int pageTables, int mappings, long bytes) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if there are no page tables, a number is negative, or the
     *     bytes are more than can be counted
     */
    public DmaDemand {
        if (pageTables < 1
                || mappings < 0
                || bytes < 0
                || bytes > Long.MAX_VALUE / 2 / pageTables) {
            throw new IllegalArgumentException(
                    "%d page tables with %d mappings of %d bytes: at least one set of page tables,"
                                    .formatted(pageTables, mappings, bytes)
                            + " nothing negative, and less than 2^62 bytes in all");
        }
    }

    /** The memory map of an address space as it is now. */
    public static DmaDemand of(AddressSpace space, int pageTables) {
        long bytes = 0;
        int mappings = 0;
        for (Mapping mapping : space.mappings()) {
            bytes += mapping.range().length();
            mappings++;
        }
        return new DmaDemand(pageTables, mappings, bytes);
    }

    /** What all page tables pin together, where each counts by itself; {@link DmaBudget#bytes}. */
    public long totalBytes() {
        return pageTables * bytes;
    }
}
