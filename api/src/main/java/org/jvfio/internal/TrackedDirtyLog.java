// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.jvfio.DirtyLog;
import org.jvfio.DirtySource;
import org.jvfio.IovaRange;
import org.jvfio.RamRegion;

/** The dirty log of an address space, behind that one's lock. */
final class TrackedDirtyLog implements DirtyLog {
    private final ReentrantLock lock;
    private final PageTables pages;
    private final DirtyBook book;
    private final MergedBitmap merged = new MergedBitmap();
    private boolean closed;

    TrackedDirtyLog(ReentrantLock lock, PageTables pages, DirtyBook book) {
        this.lock = lock;
        this.pages = pages;
        this.book = book;
    }

    @Override
    public long pageSize() {
        return book.pageSize();
    }

    @Override
    public void collect(IovaRange range, ByteBuffer bitmap) {
        checkRange(range);
        checkRoom(range, bitmap);
        lock.lock();
        try {
            checkOpen();
            merged.collect(range, bitmap);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void collect(RamRegion memory, ByteBuffer bitmap) {
        IovaRange place = IovaRange.of(memory.vaddr(), memory.size());
        checkRange(place);
        checkRoom(place, bitmap);
        lock.lock();
        try {
            checkOpen();
            book.collectMemory(memory.vaddr(), memory.size(), bitmap);
        } finally {
            lock.unlock();
        }
    }

    private void checkRange(IovaRange range) {
        if ((range.first() & pageSize() - 1) != 0 || (range.last() + 1 & pageSize() - 1) != 0) {
            throw new IllegalArgumentException(
                    "%s: not whole pages of 0x%x bytes".formatted(range, pageSize()));
        }
    }

    private void checkRoom(IovaRange range, ByteBuffer bitmap) {
        long pages = Long.divideUnsigned(range.last() - range.first(), pageSize()) + 1;
        if (DirtyWords.bytes(pages) > bitmap.remaining()) {
            throw new IllegalArgumentException(
                    "%s: a bitmap of %d bytes is needed, and there are %d"
                            .formatted(range, DirtyWords.bytes(pages), bitmap.remaining()));
        }
        if (bitmap.isReadOnly()) {
            throw new IllegalArgumentException(range + ": the bitmap cannot be written");
        }
    }

    @Override
    public List<DirtySource> sources() {
        lock.lock();
        try {
            checkOpen();
            return book.sources();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                pages.endTracking();
            }
        } finally {
            lock.unlock();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("dirty log: closed");
        }
    }

    /** The caller's bitmap, while it is filled. */
    private final class MergedBitmap implements DirtySink {
        private @Nullable ByteBuffer bitmap;
        private long first;

        void collect(IovaRange range, ByteBuffer into) {
            bitmap = into;
            first = range.first();
            try {
                book.collect(range, this);
            } finally {
                bitmap = null;
            }
        }

        @Override
        public void pages(long iova, long vaddr, long count, ByteBuffer bits, long bit) {
            ByteBuffer into = Objects.requireNonNull(bitmap);
            DirtyWords.merge(bits, bit, into, into.position(), index(iova), count);
        }

        @Override
        public void all(long iova, long vaddr, long count) {
            ByteBuffer into = Objects.requireNonNull(bitmap);
            DirtyWords.fill(into, into.position(), index(iova), count);
        }

        private long index(long iova) {
            return (iova - first) / book.pageSize();
        }
    }
}
