// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

/**
 * A run of I/O virtual addresses that an IOMMU translates, with pages of one size: POWER's IOMMU
 * translates nothing outside of such windows.
 *
 * @param range what it translates
 * @param pageShift 2 to the power of this is the size of its pages in bytes
 */
public record DmaWindow(IovaRange range, int pageShift) {
    /** Refuses a size of page that no IOMMU has. */
    public DmaWindow {
        if (pageShift < 0 || pageShift >= Long.SIZE - 1) {
            throw new IllegalArgumentException("pages of 2^" + pageShift + " bytes");
        }
    }

    /** The size of its pages, in bytes. */
    public long pageSize() {
        return 1L << pageShift;
    }

    @Override
    public String toString() {
        return "window %s with pages of 0x%x bytes".formatted(range, pageSize());
    }
}
