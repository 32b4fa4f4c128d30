// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.jvfio.Access;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;

/**
 * A run of I/O virtual addresses and the process's memory behind it.
 *
 * <p>The pages belong to the mapping while it is pinned, whatever the process does with its own
 * addresses: a page that the process unmapped or replaced lives on in {@link #orphans}.
 */
final class DmaMapping {
    final long iova;
    final long length;
    final boolean readable;
    final boolean writable;
    final Map<Long, byte[]> orphans;

    /** Where the pages are. */
    long vaddr;

    /** Where the process said last that they are. */
    long saidVaddr;

    PinAccount.@Nullable Kind pinnedAs;
    boolean vaddrInvalid;
    @Nullable DirtyBits dirty;

    /** What there is in place of memory, if it is a part of another device. */
    @Nullable BarPart bar;

    /** What the pages are shared with; type 1 shares none. */
    @Nullable UserPages memory;

    DmaMapping(long iova, long length, long vaddr, boolean readable, boolean writable) {
        this(iova, length, vaddr, readable, writable, new HashMap<>());
    }

    /** A mapping that shares its pages, and what became of them, with others. */
    DmaMapping(
            long iova,
            long length,
            long vaddr,
            boolean readable,
            boolean writable,
            Map<Long, byte[]> orphans) {
        this.iova = iova;
        this.length = length;
        this.vaddr = vaddr;
        this.saidVaddr = vaddr;
        this.readable = readable;
        this.writable = writable;
        this.orphans = orphans;
    }

    long last() {
        return iova + length - 1;
    }

    /** How many pages of {@code pageSize} the mapping touches. */
    long pages(long pageSize) {
        return (vaddr + length - 1) / pageSize - vaddr / pageSize + 1;
    }

    boolean isPinned() {
        return pinnedAs != null;
    }

    Mapping toMapping() {
        Access access = !writable ? Access.READ : readable ? Access.READ_WRITE : Access.WRITE;
        return new Mapping(new IovaRange(iova, last()), saidVaddr, access);
    }
}
