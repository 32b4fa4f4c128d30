// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.List;
import java.util.OptionalInt;

/**
 * What a memory map takes from a kernel interface, against what there is.
 *
 * @param demand the memory map
 * @param bytes how much of it is pinned, as the interface counts: once for each set of page tables,
 *     or once for all; without what page tables take themselves
 * @param pinned what is pinned already, and the limit
 * @param mappingLimit how many mappings one set of page tables takes, where that is limited
 * @param shortfalls what is not enough, each with what to raise, in words; empty if all is
 */
public record DmaBudget(
        DmaDemand demand,
        long bytes,
        PinnedMemory pinned,
        OptionalInt mappingLimit,
        List<String> shortfalls) {
    /** Copies the words. */
    public DmaBudget {
        shortfalls = List.copyOf(shortfalls);
    }

    /** What will be pinned in all, with what is pinned already. */
    public long bytesNeeded() {
        return pinned.bytes() + bytes;
    }

    /** Whether there is enough of everything. */
    public boolean suffices() {
        return shortfalls.isEmpty();
    }
}
