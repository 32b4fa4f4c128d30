// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.nio.ByteBuffer;

/** A caller's bitmap of some memory: takes the pages that are in it, and passes the others on. */
final class MemoryBitmap implements DirtySink {
    private final long vaddr;
    private final long pageSize;
    private final long pages;
    private final ByteBuffer bitmap;
    private final DirtySink others;

    MemoryBitmap(long vaddr, long bytes, long pageSize, ByteBuffer bitmap, DirtySink others) {
        this.vaddr = vaddr;
        this.pageSize = pageSize;
        this.pages = bytes / pageSize;
        this.bitmap = bitmap;
        this.others = others;
    }

    @Override
    public void pages(long iova, long address, long count, ByteBuffer bits, long bit) {
        long below = below(address, count);
        long within = within(address, count, below);
        long above = count - below - within;
        if (below > 0) {
            others.pages(iova, address, below, bits, bit);
        }
        if (within > 0) {
            long index = index(address) + below;
            DirtyWords.merge(bits, bit + below, bitmap, bitmap.position(), index, within);
        }
        if (above > 0) {
            long skipped = (below + within) * pageSize;
            long first = bit + below + within;
            others.pages(iova + skipped, address + skipped, above, bits, first);
        }
    }

    @Override
    public void all(long iova, long address, long count) {
        long below = below(address, count);
        long within = within(address, count, below);
        long above = count - below - within;
        if (below > 0) {
            others.all(iova, address, below);
        }
        if (within > 0) {
            DirtyWords.fill(bitmap, bitmap.position(), index(address) + below, within);
        }
        if (above > 0) {
            long skipped = (below + within) * pageSize;
            others.all(iova + skipped, address + skipped, above);
        }
    }

    /** How many pages from {@code address} on come before the memory. */
    private long below(long address, long count) {
        return Math.min(count, Math.max(0, -index(address)));
    }

    /** How many pages after those are in the memory. */
    private long within(long address, long count, long below) {
        long left = pages - (index(address) + below);
        return Math.max(0, Math.min(count - below, left));
    }

    private long index(long address) {
        return (address - vaddr) / pageSize;
    }
}
