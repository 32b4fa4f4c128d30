// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jvfio.IovaRange;

/**
 * Dirty pages that were learnt before somebody asked: of what is unmapped, and of devices that
 * left.
 *
 * <p>They stand in blocks of bits, by device address and by how far the process's address lies from
 * it, so that the same address mapped to other memory is kept apart. It takes as much memory as the
 * bitmaps of what was written.
 *
 * <p><b>Threads.</b> Not safe: the address space's lock guards it.
 */
final class KeptDirt implements DirtySink {
    private static final int BLOCK_BYTES = 4096;
    private static final long BLOCK_PAGES = (long) BLOCK_BYTES * Byte.SIZE;

    private final long pageSize;
    private final long blockSize;
    private final NavigableMap<Key, ByteBuffer> blocks = new TreeMap<>(Key.ORDER);

    /** The first address of a block, and process address less device address. */
    private record Key(long block, long delta) {
        static final Comparator<Key> ORDER =
                ((Comparator<Key>) (a, b) -> Long.compareUnsigned(a.block, b.block))
                        .thenComparingLong(Key::delta);
    }

    KeptDirt(long pageSize) {
        this.pageSize = pageSize;
        this.blockSize = BLOCK_PAGES * pageSize;
    }

    @Override
    public void pages(long iova, long vaddr, long pages, ByteBuffer bits, long bit) {
        for (long done = 0; done < pages; ) {
            long at = iova + done * pageSize;
            long place = (at & blockSize - 1) / pageSize;
            long some = Math.min(BLOCK_PAGES - place, pages - done);
            if (DirtyWords.any(bits, bit + done, some)) {
                DirtyWords.merge(bits, bit + done, block(at, vaddr - iova), 0, place, some);
            }
            done += some;
        }
    }

    @Override
    public void all(long iova, long vaddr, long pages) {
        for (long done = 0; done < pages; ) {
            long at = iova + done * pageSize;
            long place = (at & blockSize - 1) / pageSize;
            long some = Math.min(BLOCK_PAGES - place, pages - done);
            DirtyWords.fill(block(at, vaddr - iova), 0, place, some);
            done += some;
        }
    }

    private ByteBuffer block(long iova, long delta) {
        return blocks.computeIfAbsent(
                new Key(iova & -blockSize, delta), key -> ByteBuffer.allocate(BLOCK_BYTES));
    }

    /** Hands over what is dirty in {@code range}, and keeps it no longer. */
    void collect(IovaRange range, DirtySink sink) {
        if (blocks.isEmpty()) {
            return;
        }
        Key lowest = new Key(range.first() & -blockSize, Long.MIN_VALUE);
        Key highest = new Key(range.last(), Long.MAX_VALUE);
        Iterator<Map.Entry<Key, ByteBuffer>> each =
                blocks.subMap(lowest, true, highest, true).entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Key, ByteBuffer> entry = each.next();
            collect(entry.getKey(), entry.getValue(), range, sink);
            if (!DirtyWords.any(entry.getValue(), 0, BLOCK_PAGES)) {
                each.remove();
            }
        }
    }

    private void collect(Key key, ByteBuffer bits, IovaRange range, DirtySink sink) {
        long end = key.block + blockSize - 1;
        long first = Long.compareUnsigned(range.first(), key.block) > 0 ? range.first() : key.block;
        long last = Long.compareUnsigned(range.last(), end) < 0 ? range.last() : end;
        long place = (first - key.block) / pageSize;
        long pages = (last - first + 1) / pageSize;
        sink.pages(first, first + key.delta, pages, bits, place);
        DirtyWords.clear(bits, place, pages);
    }
}
