// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.jvfio.BarRegion;
import org.jvfio.DiscardableRam;
import org.jvfio.IommuRegion;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;
import org.jvfio.MemoryRegion;
import org.jvfio.MemorySection;
import org.jvfio.OtherRegion;
import org.jvfio.RamRegion;
import org.jvfio.spi.PeerRegion;

/**
 * The sections of a guest's memory map, none overlapping another, and what devices should reach of
 * them.
 *
 * <p><b>Threads.</b> Not safe: the address space's lock guards it.
 */
final class SectionMap {
    /** Why nothing is mapped in the upper half of all addresses. */
    static final String MEASURED = "from 2^63 on there is no memory, but BARs that are measured";

    private final SectionTable sections = new SectionTable();

    void add(MemorySection section) {
        MemorySection there = firstOverlapping(section.range());
        if (there != null) {
            throw new IllegalArgumentException(
                    section + ": overlaps the section " + there + "; remove that first");
        }
        sections.add(section);
    }

    void remove(MemorySection section) {
        if (!sections.remove(section)) {
            MemorySection overlapping = firstOverlapping(section.range());
            throw new IllegalArgumentException(
                    section
                            + ": no such section; "
                            + (overlapping == null
                                    ? "nothing is there"
                                    : "what is there is " + overlapping));
        }
    }

    List<MemorySection> all() {
        return sections.all();
    }

    /** The section that holds {@code address}. */
    @Nullable MemorySection at(long address) {
        MemorySection below = sections.floor(address);
        return below == null || Ranges.isBelow(below.range().last(), address) ? null : below;
    }

    /** The sections that overlap {@code range}, lowest first. */
    List<MemorySection> within(IovaRange range) {
        return sections.within(range);
    }

    private @Nullable MemorySection firstOverlapping(IovaRange range) {
        MemorySection below = sections.floor(range.last());
        return below == null || Ranges.isBelow(below.range().last(), range.first()) ? null : below;
    }

    /** Why devices do not reach a section, in words; empty if they should. */
    static Optional<String> whySkipped(MemorySection section, long pageSize) {
        if (section.region() instanceof IommuRegion) {
            return Optional.empty();
        }
        if (section.region() instanceof BarRegion) {
            return GuestBars.whySkipped(section, pageSize);
        }
        RamRegion memory = memory(section.region());
        if (memory == null) {
            return Optional.of("not memory that devices reach");
        }
        if (section.range().first() < 0) {
            return Optional.of(MEASURED);
        }
        long offBy = offBy(section, memory, pageSize);
        if (offBy != 0) {
            return Optional.of(
                    "its memory is 0x%x bytes off within a page of 0x%x"
                            .formatted(offBy, pageSize));
        }
        return whole(section.range(), pageSize) == null
                ? Optional.of("not a whole page of 0x%x".formatted(pageSize))
                : Optional.empty();
    }

    /** Gives what devices should reach of a section in {@code clip} to {@code each}, in order. */
    static void pieces(MemorySection section, IovaRange clip, long pageSize, Consumer<Piece> each) {
        Piece whole = piece(section, pageSize);
        if (whole == null || !whole.range().overlaps(clip)) {
            return;
        }
        Piece part = whole.within(clip);
        if (section.region() instanceof DiscardableBlocks blocks) {
            blocks.eachPopulated(
                    section.offset() + (part.range().first() - section.range().first()),
                    part.range().length(),
                    (offset, bytes) -> {
                        long first = section.range().first() + (offset - section.offset());
                        each.accept(part.within(IovaRange.of(first, bytes)));
                    });
        } else {
            each.accept(part);
        }
    }

    /** All of a section that devices can reach: whole pages of memory. */
    private static @Nullable Piece piece(MemorySection section, long pageSize) {
        RamRegion memory = memory(section.region());
        if (memory == null
                || section.range().first() < 0
                || offBy(section, memory, pageSize) != 0) {
            return null;
        }
        IovaRange pages = whole(section.range(), pageSize);
        if (pages == null) {
            return null;
        }
        long offset = section.offset() + (pages.first() - section.range().first());
        return Piece.of(pages, memory, offset);
    }

    /** How far the memory of a section lies from its place within a page. */
    private static long offBy(MemorySection section, RamRegion memory, long pageSize) {
        return memory.vaddr() + section.offset() - section.range().first() & pageSize - 1;
    }

    /** The whole pages in a range below 2^63, if there is one. */
    private static @Nullable IovaRange whole(IovaRange range, long pageSize) {
        long first = range.first() + pageSize - 1 & -pageSize;
        long end = range.last() + 1 & -pageSize;
        if (first == range.first() && end == range.last() + 1) {
            return range;
        }
        return Ranges.isBelow(first, end) ? new IovaRange(first, end - 1) : null;
    }

    /** The memory of a region, if it is a kind that has any. */
    private static @Nullable RamRegion memory(MemoryRegion region) {
        if (region instanceof RamRegion ram) {
            return ram;
        }
        return region instanceof DiscardableRam discardable ? discardable.memory() : null;
    }

    /** Refuses regions of an embedder's own making. */
    static void checkKind(MemoryRegion region) {
        if (!(region instanceof RamRegion
                || region instanceof OtherRegion
                || region instanceof DiscardableBlocks
                || region instanceof TranslatedRegion
                || isBar(region))) {
            throw new IllegalArgumentException(
                    region.name() + ": not a kind of region that a listener knows");
        }
    }

    private static boolean isBar(MemoryRegion region) {
        return region instanceof BarRegion bar && bar.region() instanceof PeerRegion;
    }

    /** Whether a mapping is what the map says now: all of it, in as many pieces. */
    boolean agreesWith(Mapping mapping, long pageSize) {
        long address = mapping.range().first();
        while (true) {
            MemorySection section = at(address);
            if (section == null) {
                return false;
            }
            if (section.region() instanceof IommuRegion) {
                return section.range().contains(mapping.range());
            }
            if (section.region() instanceof DiscardableBlocks) {
                return isOneBlock(section, mapping, pageSize);
            }
            Piece piece = piece(section, pageSize);
            if (piece == null
                    || !piece.range().contains(new IovaRange(address, address))
                    || !piece.agreesWith(mapping)) {
                return false;
            }
            if (!Ranges.isBelow(piece.range().last(), mapping.range().last())) {
                return true;
            }
            address = piece.range().last() + 1;
        }
    }

    private static boolean isOneBlock(MemorySection section, Mapping mapping, long pageSize) {
        boolean[] found = new boolean[1];
        pieces(
                section,
                mapping.range(),
                pageSize,
                block ->
                        found[0] |=
                                block.range().equals(mapping.range()) && block.agreesWith(mapping));
        return found[0];
    }
}
