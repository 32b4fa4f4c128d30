// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.Optional;
import org.jvfio.IovaRange;
import org.jvfio.MemorySection;

/**
 * Where a part of a region is seen through a section.
 *
 * @param seen the addresses
 * @param shift what to add to an offset in the region, to have its address
 */
record Place(IovaRange seen, long shift) {
    /** Where {@code part} of the section's region is seen, if any of it is. */
    static Optional<Place> of(MemorySection section, IovaRange part) {
        IovaRange range = section.range();
        IovaRange shown =
                new IovaRange(section.offset(), section.offset() + (range.last() - range.first()));
        if (!shown.overlaps(part)) {
            return Optional.empty();
        }
        long shift = range.first() - section.offset();
        IovaRange both = Ranges.overlap(shown, part);
        return Optional.of(
                new Place(new IovaRange(both.first() + shift, both.last() + shift), shift));
    }

    /** What is seen of a piece whose addresses are offsets in the region. */
    Piece move(Piece piece) {
        // Cut first: what is not seen may have no address.
        Piece part = piece.within(new IovaRange(seen.first() - shift, seen.last() - shift));
        IovaRange offsets = part.range();
        IovaRange moved = new IovaRange(offsets.first() + shift, offsets.last() + shift);
        return new Piece(moved, part.vaddr(), part.access(), part.file());
    }
}
