// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.jvfio.Access;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;
import org.jvfio.MemoryFile;
import org.jvfio.RamRegion;

/** A run of addresses that devices should reach, and the memory behind it. */
record Piece(IovaRange range, long vaddr, Access access, @Nullable MemoryFile file) {
    static Piece of(IovaRange range, RamRegion memory, long offset) {
        return new Piece(
                range,
                memory.vaddr() + offset,
                memory.readOnly() ? Access.READ : Access.READ_WRITE,
                memory.file().orElse(null));
    }

    /** The part of it that is in {@code clip}, which overlaps it. */
    Piece within(IovaRange clip) {
        if (clip.contains(range)) {
            return this;
        }
        IovaRange part = Ranges.overlap(range, clip);
        return new Piece(part, vaddr + (part.first() - range.first()), access, file);
    }

    /** Whether {@code next} goes on where this ends, in addresses and in memory. */
    boolean continuesIn(Piece next) {
        return range.last() + 1 == next.range.first()
                && vaddr + range.length() == next.vaddr
                && sameKind(next.access, next.file);
    }

    Piece joined(Piece next) {
        IovaRange both = new IovaRange(range.first(), next.range.last());
        return new Piece(both, vaddr, access, file);
    }

    /** Whether {@code mapping} leads to the same memory, at the addresses that both have. */
    boolean agreesWith(Mapping mapping) {
        return vaddr - range.first() == mapping.vaddr() - mapping.range().first()
                && sameKind(mapping.access(), mapping.file().orElse(null));
    }

    private boolean sameKind(Access otherAccess, @Nullable MemoryFile otherFile) {
        return access == otherAccess && Objects.equals(file, otherFile);
    }
}
