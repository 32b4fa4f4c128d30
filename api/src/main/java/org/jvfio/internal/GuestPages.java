// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;
import org.jvfio.MemorySection;
import org.jvfio.VfioException;
import org.jvfio.internal.MappingTable.Owner;

/**
 * Makes what is mapped equal to a guest's memory map, with as few requests as is correct.
 *
 * <p>What agrees with the map stays. What does not is taken away first, neighbours in one request;
 * then the gaps are filled, neighbours that continue each other in one mapping.
 *
 * <p><b>Threads.</b> Not safe: the address space's lock guards it.
 */
final class GuestPages {
    private final PageTables pages;
    private final SectionMap sections;
    private final BiConsumer<IovaRange, VfioException> refused;

    /**
     * @param refused told of every request that was refused
     */
    GuestPages(
            PageTables pages, SectionMap sections, BiConsumer<IovaRange, VfioException> refused) {
        this.pages = pages;
        this.sections = sections;
        this.refused = refused;
    }

    /**
     * Makes the mappings in these ranges what the map says.
     *
     * @param stale which mappings go whatever the map says
     * @param barred which sections are not mapped
     */
    void update(
            List<IovaRange> changed, Predicate<Mapping> stale, Predicate<MemorySection> barred) {
        List<IovaRange> affected = Ranges.union(changed);
        List<IovaRange> kept = new ArrayList<>();
        List<IovaRange> doomed = new ArrayList<>();
        for (IovaRange range : affected) {
            for (Mapping mapping : pages.guestMappings(range)) {
                boolean stays =
                        !stale.test(mapping) && sections.agreesWith(mapping, pages.pageSize());
                add(stays ? kept : doomed, mapping.range());
            }
        }
        kept.addAll(unmap(doomed));
        kept = Ranges.union(kept);
        affected.addAll(doomed);
        for (IovaRange gap : Ranges.without(Ranges.union(affected), kept)) {
            fill(gap, barred);
        }
    }

    /** A mapping that reaches from one range into the next comes twice. */
    private static void add(List<IovaRange> ranges, IovaRange range) {
        if (ranges.isEmpty() || !ranges.get(ranges.size() - 1).equals(range)) {
            ranges.add(range);
        }
    }

    /** Makes {@code range}, and nothing around it, lead to {@code wanted} or nowhere. */
    void replace(IovaRange range, @Nullable Piece wanted) {
        List<Mapping> there = pages.guestMappings(range);
        if (wanted != null
                && there.size() == 1
                && there.get(0).range().equals(range)
                && wanted.agreesWith(there.get(0))) {
            return;
        }
        List<IovaRange> stuck = unmap(there.stream().map(Mapping::range).toList());
        if (!stuck.isEmpty()) {
            return;
        }
        for (Mapping cut : there) {
            keepOutside(cut, range);
        }
        if (wanted != null) {
            map(wanted);
        }
    }

    private void keepOutside(Mapping cut, IovaRange range) {
        Piece whole = new Piece(cut.range(), cut.vaddr(), cut.access(), cut.file().orElse(null));
        for (IovaRange rest : Ranges.without(List.of(cut.range()), List.of(range))) {
            map(whole.within(rest));
        }
    }

    /**
     * Takes mappings away, those with nothing between them in one request.
     *
     * @return those that stay all the same
     */
    private List<IovaRange> unmap(List<IovaRange> doomed) {
        List<IovaRange> stuck = new ArrayList<>();
        int from = 0;
        while (from < doomed.size()) {
            int to = from + 1;
            while (to < doomed.size() && nothingBetween(doomed.get(to - 1), doomed.get(to))) {
                to++;
            }
            IovaRange run = new IovaRange(doomed.get(from).first(), doomed.get(to - 1).last());
            try {
                pages.unmap(run);
            } catch (VfioException refusal) {
                refused.accept(run, refusal);
                stuck.addAll(doomed.subList(from, to));
            }
            from = to;
        }
        return stuck;
    }

    private boolean nothingBetween(IovaRange a, IovaRange b) {
        return a.last() + 1 == b.first()
                || pages.isFree(new IovaRange(a.last() + 1, b.first() - 1));
    }

    private void fill(IovaRange gap, Predicate<MemorySection> barred) {
        Joiner joiner = new Joiner();
        for (MemorySection section : sections.within(gap)) {
            if (!barred.test(section)) {
                joiner.begin(section);
                SectionMap.pieces(section, gap, pages.pageSize(), joiner::add);
            }
        }
        joiner.flush();
    }

    private void map(Piece piece) {
        try {
            pages.map(piece.range(), piece.vaddr(), piece.access(), piece.file(), Owner.GUEST);
        } catch (VfioException refusal) {
            refused.accept(piece.range(), refusal);
        } catch (IllegalArgumentException impossible) {
            refused.accept(
                    piece.range(),
                    new VfioException(
                            "guest memory",
                            "map",
                            String.valueOf(impossible.getMessage()),
                            impossible));
        }
    }

    /** Joins pieces of one region that continue each other, and maps them. */
    private final class Joiner {
        private @Nullable MemorySection current;
        private @Nullable MemorySection pendings;
        private @Nullable Piece pending;

        void begin(MemorySection section) {
            current = section;
        }

        void add(Piece next) {
            if (pending != null && mayJoin() && pending.continuesIn(next)) {
                pending = pending.joined(next);
            } else {
                flush();
                pending = next;
                pendings = current;
            }
        }

        private boolean mayJoin() {
            return current != null
                    && pendings != null
                    && current.region().equals(pendings.region())
                    && !(current.region() instanceof DiscardableBlocks);
        }

        void flush() {
            if (pending != null) {
                map(pending);
                pending = null;
            }
        }
    }
}
