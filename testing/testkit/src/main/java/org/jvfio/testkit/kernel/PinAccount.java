// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Collection;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jvfio.linux.Errno;

/**
 * What the process has pinned, counted as Linux counts it.
 *
 * <p>type 1 counts as locked memory ({@code VmLck}), iommufd as pinned memory ({@code VmPin}); each
 * is held against {@code RLIMIT_MEMLOCK} on its own, unless the process may lock what it likes
 * ({@code CAP_IPC_LOCK}).
 */
final class PinAccount {
    /** Who pins. */
    enum Kind {
        /** type 1: {@code VmLck}. */
        LOCKED,
        /** iommufd: {@code VmPin}. */
        PINNED
    }

    private final UserMemory memory;
    private final long pageSize;
    private final IdentityHashMap<DmaMapping, Kind> pinned = new IdentityHashMap<>();
    private final Map<Kind, Long> pages = new EnumMap<>(Kind.class);
    private OptionalLong limit = OptionalLong.empty();

    PinAccount(UserMemory memory, long pageSize) {
        this.memory = memory;
        this.pageSize = pageSize;
    }

    OptionalLong limit() {
        return limit;
    }

    void limit(long bytes) {
        limit = OptionalLong.of(bytes);
    }

    long bytes(Kind kind) {
        return pages.getOrDefault(kind, 0L) * pageSize;
    }

    Collection<DmaMapping> pinned() {
        return pinned.keySet();
    }

    /** Pins the memory of a mapping, or refuses and pins nothing. */
    void pin(DmaMapping mapping, Kind kind) {
        boolean there = memory.holds(mapping.vaddr, mapping.length, mapping.writable);
        Refused.when(!there, Errno.EFAULT);
        long more = mapping.pages(pageSize);
        boolean over = limit.isPresent() && bytes(kind) + more * pageSize > limit.getAsLong();
        Refused.when(over, Errno.ENOMEM);
        pages.merge(kind, more, Long::sum);
        pinned.put(mapping, kind);
        mapping.pinned = true;
    }

    /** Gives the memory of a mapping back, if it is pinned. */
    void unpin(DmaMapping mapping) {
        Kind kind = pinned.remove(mapping);
        if (kind != null) {
            pages.merge(kind, -mapping.pages(pageSize), Long::sum);
            mapping.pinned = false;
            mapping.orphans.clear();
        }
    }
}
