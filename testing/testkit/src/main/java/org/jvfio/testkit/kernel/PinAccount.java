// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
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
    private final Set<DmaMapping> held = Collections.newSetFromMap(new IdentityHashMap<>());
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

    /** The mappings whose memory is pinned. */
    Collection<DmaMapping> pinned() {
        return held;
    }

    /** Pins the memory of a mapping, or refuses and pins nothing. */
    void pin(DmaMapping mapping, Kind kind) {
        check(mapping, mapping.writable);
        charge(kind, mapping.pages(pageSize));
        pinned.put(mapping, kind);
        hold(mapping);
    }

    /** Gives the memory of a mapping back, if it is pinned. */
    void unpin(DmaMapping mapping) {
        Kind kind = pinned.remove(mapping);
        if (kind != null) {
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
        held.add(mapping);
        mapping.pinned = true;
    }

    /** Takes {@link #hold} back. */
    void letGo(DmaMapping mapping) {
        held.remove(mapping);
        mapping.pinned = false;
    }
}
