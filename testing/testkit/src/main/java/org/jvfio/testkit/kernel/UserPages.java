// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jvfio.linux.Errno;

/**
 * Memory of the process that an iommufd was given once, and that one or more mappings show.
 *
 * <p>A page is pinned, and counted, while at least one mapping needs it: copies and pieces of a
 * mapping share what they have in common.
 */
final class UserPages {
    private final Machine machine;
    private final boolean writable;
    private final Map<Long, byte[]> orphans = new HashMap<>();
    private final Set<DmaMapping> pinned = new HashSet<>(1);
    private long charged;

    UserPages(Machine machine, boolean writable) {
        this.machine = machine;
        this.writable = writable;
    }

    /** A mapping of a part of this memory. */
    DmaMapping mapping(long iova, long length, long vaddr, boolean read, boolean write) {
        Refused.when(write && !writable, Errno.EPERM);
        DmaMapping mapping = new DmaMapping(iova, length, vaddr, read, write, orphans);
        mapping.memory = this;
        return mapping;
    }

    /** Pins what a mapping needs, or refuses and pins nothing. */
    void pin(DmaMapping mapping) {
        machine.pins().check(mapping, writable);
        // A BAR has no pages to pin; type 1 takes the addresses behind it as they are.
        boolean bar = machine.views().reachInto(mapping.vaddr, mapping.vaddr + mapping.length);
        Refused.when(bar, Errno.EFAULT);
        pinned.add(mapping);
        try {
            charge();
        } catch (Refused refused) {
            pinned.remove(mapping);
            throw refused;
        }
        machine.pins().hold(mapping);
    }

    /** Gives back what no other mapping needs. */
    void unpin(DmaMapping mapping) {
        if (pinned.remove(mapping)) {
            machine.pins().letGo(mapping);
            charge();
            if (pinned.isEmpty()) {
                orphans.clear();
            }
        }
    }

    /** Puts pieces in the place of a mapping; together they are what it was. */
    void cut(DmaMapping whole, List<DmaMapping> pieces) {
        if (pinned.remove(whole)) {
            machine.pins().letGo(whole);
            pinned.addAll(pieces);
            pieces.forEach(machine.pins()::hold);
        }
    }

    private void charge() {
        long pages = pinnedPages();
        machine.pins().charge(PinAccount.Kind.PINNED, pages - charged);
        charged = pages;
    }

    private long pinnedPages() {
        long pageSize = machine.pageSize();
        if (pinned.size() == 1) {
            return pinned.iterator().next().pages(pageSize);
        }
        long pages = 0;
        long next = 0;
        List<DmaMapping> sorted =
                pinned.stream().sorted(Comparator.comparingLong(m -> m.vaddr)).toList();
        for (DmaMapping mapping : sorted) {
            long first = Math.max(next, mapping.vaddr / pageSize);
            long end = (mapping.vaddr + mapping.length - 1) / pageSize + 1;
            pages += Math.max(0, end - first);
            next = Math.max(next, end);
        }
        return pages;
    }
}
