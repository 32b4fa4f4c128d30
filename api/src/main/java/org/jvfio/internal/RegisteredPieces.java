// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jvfio.VfioException;
import org.jvfio.spi.MemoryRegistration;

/**
 * The memory of this process that is registered with page tables of a session.
 *
 * <p>The kernel keeps one list for all page tables of a process, whose entries must not overlap but
 * may be the same: so there is one cut into pieces for all, and a piece stays as it is for as long
 * as anything of it is used.
 *
 * <p><b>Threads.</b> Safe for use by several threads.
 */
final class RegisteredPieces {
    private static final System.Logger LOG = System.getLogger(RegisteredPieces.class.getName());

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<Long, Piece> pieces = new TreeMap<>();
    private final long pageSize;

    /** Memory that is registered as one, and how often each page tables' user needs it. */
    private record Piece(long first, long length, Map<MemoryRegistration, Integer> users) {
        long end() {
            return first + length;
        }
    }

    RegisteredPieces(long pageSize) {
        this.pageSize = pageSize;
    }

    /** Registers the pages of some memory, as far as they are not; all of it or nothing. */
    void hold(MemoryRegistration tables, long vaddr, long length) {
        long end = vaddr + length + pageSize - 1 & -pageSize;
        lock.lock();
        try {
            List<Piece> entered = new ArrayList<>();
            try {
                long at = vaddr & -pageSize;
                while (at < end) {
                    Piece piece = at(at, end);
                    enter(piece, tables);
                    entered.add(piece);
                    at = piece.end();
                }
            } catch (RuntimeException refused) {
                entered.forEach(piece -> leave(piece, tables));
                throw refused;
            }
        } finally {
            lock.unlock();
        }
    }

    /** The piece that holds an address, or a new one from there to the next piece or the end. */
    private Piece at(long address, long end) {
        Map.Entry<Long, Piece> below = pieces.floorEntry(address);
        if (below != null && address < below.getValue().end()) {
            return below.getValue();
        }
        Long next = pieces.higherKey(address);
        long last = next == null ? end : Math.min(next, end);
        return new Piece(address, last - address, new IdentityHashMap<>());
    }

    private void enter(Piece piece, MemoryRegistration tables) {
        Integer count = piece.users().get(tables);
        if (count == null) {
            tables.register(piece.first(), piece.length());
        }
        piece.users().put(tables, count == null ? 1 : count + 1);
        pieces.put(piece.first(), piece);
    }

    /** Takes one {@link #hold} of the same memory back, which nothing is mapped of. */
    void release(MemoryRegistration tables, long vaddr, long length) {
        long end = vaddr + length + pageSize - 1 & -pageSize;
        lock.lock();
        try {
            long at = vaddr & -pageSize;
            while (at < end) {
                Piece piece = at(at, end);
                leave(piece, tables);
                at = piece.end();
            }
        } finally {
            lock.unlock();
        }
    }

    private void leave(Piece piece, MemoryRegistration tables) {
        int left = piece.users().getOrDefault(tables, 1) - 1;
        if (left > 0) {
            piece.users().put(tables, left);
            return;
        }
        try {
            tables.unregister(piece.first(), piece.length());
            forget(piece, tables);
        } catch (VfioException refused) {
            // It stays registered until it is wanted again, or the page tables go.
            piece.users().put(tables, 0);
            LOG.log(Level.WARNING, "memory stays pinned that nothing is mapped of", refused);
        }
    }

    private void forget(Piece piece, MemoryRegistration tables) {
        piece.users().remove(tables);
        if (piece.users().isEmpty()) {
            pieces.remove(piece.first());
        }
    }

    /** Some page tables are about to go, and the kernel unregisters what they have. */
    void forget(MemoryRegistration tables) {
        lock.lock();
        try {
            List.copyOf(pieces.values()).forEach(piece -> forget(piece, tables));
        } finally {
            lock.unlock();
        }
    }
}
