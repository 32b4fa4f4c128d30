// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.jvfio.IovaRange;

/**
 * Mappings without a hole between them, as many as one question to the kernel is good for: a cursor
 * over what is mapped in a range.
 *
 * <p>A guest's memory in many small sections takes few questions so. It allocates nothing once it
 * is made.
 *
 * <p><b>Threads.</b> Not safe: the address space's lock guards it.
 */
final class MappedRun {
    /** How long a run may become by one mapping more: its bitmap stays in the cache. */
    private static final long MOST_PAGES = 1 << 21;

    private final MappingTable table;
    private final long pageSize;
    private final long mostBytes;
    private final MappingVisitor growing = this::grow;
    private final Handover handover = new Handover();

    private long wantedFirst;
    private long wantedLast;
    private long at;
    private boolean more;
    private boolean found;
    private long first;
    private long last;

    MappedRun(MappingTable table, long pageSize) {
        this.table = table;
        this.pageSize = pageSize;
        this.mostBytes = MOST_PAGES * pageSize;
    }

    long pageSize() {
        return pageSize;
    }

    long mostBytes() {
        return mostBytes;
    }

    /** Begins before the lowest run in {@code range}. */
    void begin(IovaRange range) {
        wantedFirst = range.first();
        wantedLast = range.last();
        at = wantedFirst;
        more = true;
    }

    /** Goes to the next run; says whether there is one. */
    boolean next() {
        found = false;
        if (more) {
            table.visit(at, wantedLast, growing);
        }
        if (found) {
            more = Long.compareUnsigned(last, wantedLast) < 0;
            at = last + 1;
        }
        return found;
    }

    private boolean grow(long mappingFirst, long mappingLast, long vaddr) {
        if (!found) {
            found = true;
            first = mappingFirst;
        } else if (mappingFirst != last + 1 || mappingLast - first >= mostBytes) {
            return false;
        }
        last = mappingLast;
        return true;
    }

    /** Where the first mapping begins. */
    long first() {
        return first;
    }

    /** Where the last mapping ends. */
    long last() {
        return last;
    }

    /** Where that begins which is in the range. */
    long from() {
        return Long.compareUnsigned(first, wantedFirst) < 0 ? wantedFirst : first;
    }

    /** Where that ends which is in the range. */
    long to() {
        return Long.compareUnsigned(last, wantedLast) > 0 ? wantedLast : last;
    }

    /** Hands over a part of which everything is dirty. */
    void all(long partFirst, long partLast, DirtySink sink) {
        handover.give(partFirst, partLast, null, partFirst, pageSize, sink);
    }

    /**
     * Hands over a part of which the set bits are dirty.
     *
     * @param base the address of bit 0
     * @param granule how many bytes a bit stands for
     */
    void hand(
            long partFirst,
            long partLast,
            ByteBuffer bits,
            long base,
            long granule,
            DirtySink sink) {
        handover.give(partFirst, partLast, bits, base, granule, sink);
    }

    /** Hands over what a bitmap says of a part, one mapping after the other. */
    private final class Handover implements MappingVisitor {
        private long partFirst;
        private long partLast;
        private long base;
        private long granule;
        private @Nullable ByteBuffer bits;
        private @Nullable DirtySink sink;

        void give(
                long fromAddress,
                long toAddress,
                @Nullable ByteBuffer bitmap,
                long address,
                long bytes,
                DirtySink taker) {
            partFirst = fromAddress;
            partLast = toAddress;
            bits = bitmap;
            base = address;
            granule = bytes;
            sink = taker;
            table.visit(partFirst, partLast, this);
            bits = null;
            sink = null;
        }

        @Override
        public boolean visit(long mappingFirst, long mappingLast, long vaddr) {
            long low = Long.compareUnsigned(mappingFirst, partFirst) < 0 ? partFirst : mappingFirst;
            long high = Long.compareUnsigned(mappingLast, partLast) > 0 ? partLast : mappingLast;
            give(low, high, vaddr - mappingFirst);
            return true;
        }

        private void give(long low, long high, long delta) {
            DirtySink taker = Objects.requireNonNull(sink);
            long pages = (high - low + 1) / pageSize;
            if (bits == null) {
                taker.all(low, low + delta, pages);
            } else if (granule == pageSize) {
                taker.pages(low, low + delta, pages, bits, (low - base) / pageSize);
            } else {
                giveCoarse(low, high, delta, bits, taker);
            }
        }

        /** The bits stand for more than a page each: all pages of a set one are dirty. */
        private void giveCoarse(
                long low, long high, long delta, ByteBuffer bitmap, DirtySink taker) {
            for (long page = low; ; ) {
                long end = page | granule - 1;
                long until = Long.compareUnsigned(end, high) > 0 ? high : end;
                if (DirtyWords.isSet(bitmap, (page - base) / granule)) {
                    taker.all(page, page + delta, (until - page + 1) / pageSize);
                }
                if (until == high) {
                    return;
                }
                page = until + 1;
            }
        }
    }
}
