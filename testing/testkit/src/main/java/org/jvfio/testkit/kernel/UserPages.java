// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;

/**
 * Memory of the process, or of a file, that an iommufd was given once and that one or more mappings
 * show. Of a BAR's file there is nothing to pin.
 *
 * <p>A page is pinned, and counted, while at least one mapping needs it: copies and pieces of a
 * mapping share what they have in common.
 */
final class UserPages {
    private final Machine machine;
    private final boolean writable;
    private final @Nullable OpenFile file;
    private final Map<Long, byte[]> orphans = new HashMap<>();

    /** Nearly always one: a list of one costs less than a set. */
    private final List<DmaMapping> pinned = new ArrayList<>(1);

    private int mappings;
    private boolean open = true;
    private boolean revoked;
    private long charged;

    private UserPages(Machine machine, boolean writable, @Nullable OpenFile file) {
        this.machine = machine;
        this.writable = writable;
        this.file = file;
    }

    /** Memory at addresses of the process. */
    static UserPages ofProcess(Machine machine, boolean writable) {
        return new UserPages(machine, writable, null);
    }

    /** Memory of a file, which stays open for it; any file will do until something is pinned. */
    static UserPages ofFile(Machine machine, boolean writable, OpenFile file) {
        file.retain();
        UserPages pages = new UserPages(machine, writable, file);
        if (file instanceof DmaBufFile bar) {
            bar.mapped(pages);
        }
        return pages;
    }

    /** Takes the memory away from all mappings, for good. */
    void revoke() {
        revoked = true;
    }

    boolean revoked() {
        return revoked;
    }

    /** Where an address is in the process or the file. */
    long start(long address) {
        return file instanceof MemoryFile memory ? address - memory.address() : address;
    }

    /** Whether the memory is a file's, so that another process can take it over. */
    boolean ofFile() {
        return file != null && !(file instanceof DmaBufFile);
    }

    /** One mapping more of a part of this memory. */
    DmaMapping mapping(long iova, long length, long vaddr, boolean read, boolean write) {
        Refused.when(write && !writable, Errno.EPERM);
        mappings++;
        DmaMapping mapping = new DmaMapping(iova, length, vaddr, read, write, orphans);
        mapping.memory = this;
        mapping.bar = file instanceof DmaBufFile part ? part.at(vaddr) : null;
        return mapping;
    }

    /** Forgets a mapping; with the last, a file is let go. */
    void remove(DmaMapping mapping) {
        unpin(mapping);
        mappings--;
        abandon();
    }

    /** Lets a file go of which nothing came to be mapped. */
    void abandon() {
        if (mappings == 0 && open && file != null) {
            open = false;
            if (file instanceof DmaBufFile bar) {
                bar.unmapped(this);
            }
            file.drop();
        }
    }

    /** Pins what a mapping needs, or refuses and pins nothing. */
    void pin(DmaMapping mapping) {
        Refused.when(!mapping.readable && !mapping.writable, Errno.EINVAL);
        if (mapping.bar != null) {
            return;
        }
        check(mapping);
        pinned.add(mapping);
        try {
            charge();
        } catch (Refused refused) {
            pinned.remove(mapping);
            throw refused;
        }
        machine.pins().hold(mapping);
    }

    private void check(DmaMapping mapping) {
        if (file == null) {
            machine.pins().check(mapping, writable);
            // A BAR has no pages to pin; type 1 takes the addresses behind it as they are.
            boolean bar = machine.views().reachInto(mapping.vaddr, mapping.vaddr + mapping.length);
            Refused.when(bar, Errno.EFAULT);
        } else {
            boolean there =
                    file instanceof MemoryFile memory
                            && memory.holds(mapping.vaddr - memory.address(), mapping.length);
            Refused.when(!there, Errno.EINVAL);
        }
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
        mappings--;
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
            return pinned.get(0).pages(pageSize);
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
