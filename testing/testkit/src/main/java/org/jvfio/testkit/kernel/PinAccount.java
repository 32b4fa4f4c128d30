// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
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
    private final MappingIndex byVaddr = new MappingIndex();
    private final EnumMap<Kind, Long> pages = new EnumMap<>(Kind.class);
    private long longest;
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

    /** The mappings that have pinned some of a range of the process's addresses. */
    Collection<DmaMapping> pinned(long start, long end) {
        List<DmaMapping> found = byVaddr.beginningIn(Math.max(0, start - longest), end - 1);
        found.removeIf(mapping -> mapping.vaddr + mapping.length <= start);
        return found;
    }

    /** Pins the memory of a mapping, or refuses and pins nothing. */
    void pin(DmaMapping mapping, Kind kind) {
        check(mapping, mapping.writable);
        charge(kind, mapping.pages(pageSize));
        mapping.pinnedAs = kind;
        hold(mapping);
    }

    /** Gives the memory of a mapping back, if it is pinned. */
    void unpin(DmaMapping mapping) {
        Kind kind = mapping.pinnedAs;
        if (kind != null) {
            mapping.pinnedAs = null;
            charge(kind, -mapping.pages(pageSize));
            letGo(mapping);
            mapping.orphans.clear();
        }
    }

    /** Refuses memory that is not there. */
    void check(DmaMapping mapping, boolean write) {
        Refused.when(!memory.holds(mapping.vaddr, mapping.length, write), Errno.EFAULT);
    }

    /** Counts so many pages more, or fewer where negative. */
    void charge(Kind kind, long more) {
        boolean over =
                more > 0 && limit.isPresent() && bytes(kind) + more * pageSize > limit.getAsLong();
        Refused.when(over, Errno.ENOMEM);
        pages.merge(kind, more, Long::sum);
    }

    /** Notes that a mapping has its pages, without counting them. */
    void hold(DmaMapping mapping) {
        byVaddr.add(mapping.vaddr, mapping.iova, mapping);
        longest = Math.max(longest, mapping.length);
    }

    /** Takes {@link #hold} back. */
    void letGo(DmaMapping mapping) {
        byVaddr.remove(mapping.vaddr, mapping.iova, mapping);
        if (byVaddr.size() == 0) {
            longest = 0;
        }
    }

    /**
     * Notes where the process has the pages of a mapping now. They stay the ones that were pinned;
     * only where the process has lost those is what it names taken for the same pages.
     */
    void restoreVaddr(DmaMapping mapping, long vaddr) {
        mapping.saidVaddr = vaddr;
        if (!memory.reachable(mapping, 0, mapping.length)) {
            letGo(mapping);
            mapping.vaddr = vaddr;
            hold(mapping);
        }
    }
}
