// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jvfio.Access;
import org.jvfio.BarRegion;
import org.jvfio.IommuRegion.Translation;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;
import org.jvfio.MemoryFailureHandler;
import org.jvfio.MemoryListener;
import org.jvfio.MemorySection;
import org.jvfio.VfioException;
import org.jvfio.spi.Teardown;

/** A guest's memory map in one address space, and the batch in which it changes. */
final class GuestMap
        implements MemoryListener, DiscardableBlocks.Observer, TranslatedRegion.Observer {
    private final LockedPages space;
    private final SectionMap sections = new SectionMap();
    private final SectionOutcomes outcomes = new SectionOutcomes();
    private final PlacedRegions placed = new PlacedRegions();
    private final Set<MemorySection> barred = new HashSet<>();
    private final GuestBars bars = new GuestBars();
    private final Batch batch = new Batch();

    GuestMap(LockedPages space) {
        this.space = space;
    }

    @Override
    public void begin() {
        space.change(pages -> batch.depth++);
    }

    @Override
    public void regionAdded(MemorySection section) {
        SectionMap.checkKind(section.region());
        space.change(
                pages -> {
                    checkBatch("add", section);
                    sections.add(section);
                    batch.added(section);
                });
    }

    @Override
    public void regionRemoved(MemorySection section) {
        space.change(
                pages -> {
                    checkBatch("remove", section);
                    sections.remove(section);
                    batch.removed(section);
                });
    }

    private void checkBatch(String request, Object what) {
        if (batch.depth == 0) {
            throw new IllegalStateException(
                    "%s: memory listener: %s %s: outside a batch; begin one"
                            .formatted(space, request, what));
        }
    }

    @Override
    public void commit() {
        List<MemorySection> translated = new ArrayList<>();
        SectionFailures failures =
                space.locked(
                        pages -> {
                            checkBatch("commit", "changes");
                            batch.depth--;
                            return batch.depth == 0 && !batch.changed.isEmpty()
                                    ? apply(pages, translated)
                                    : new SectionFailures(sections, List.of());
                        });
        Teardown told = new Teardown();
        translated.forEach(section -> told.step(() -> replay(section, failures)));
        told.step(() -> outcomes.report(failures.all()));
        told.finish();
    }

    private SectionFailures apply(PageTables pages, List<MemorySection> translated) {
        SectionFailures failures = new SectionFailures(sections, batch.gone.all());
        for (MemorySection section : batch.gone.all()) {
            forget(section);
            if (section.region() instanceof BarRegion) {
                bars.remove(pages, section, failures);
            }
        }
        if (!outcomes.allWell()) {
            for (IovaRange range : batch.changed) {
                sections.within(range).forEach(outcomes::forget);
            }
        }
        readmit(pages);
        List<MemorySection> fresh = batch.fresh.all();
        for (MemorySection section : fresh) {
            place(pages, section, failures);
            if (section.region() instanceof TranslatedRegion) {
                translated.add(section);
            }
        }
        new GuestPages(pages, sections, failures::add)
                .update(batch.changed, this::isOfAnotherRegion, barred::contains);
        for (MemorySection section : fresh) {
            if (section.region() instanceof BarRegion) {
                bars.add(pages, section, failures);
            }
        }
        outcomes.note(failures.all());
        batch.clear();
        return failures;
    }

    /** Whether a mapping stands where translations begin anew. */
    private boolean isOfAnotherRegion(Mapping mapping) {
        MemorySection section = sections.at(mapping.range().first());
        return section != null
                && section.region() instanceof TranslatedRegion
                && batch.fresh.contains(section);
    }

    private void place(PageTables pages, MemorySection section, SectionFailures failures) {
        if (section.region() instanceof TranslatedRegion region && placed.add(section)) {
            region.observe(this);
        }
        if (section.region() instanceof DiscardableBlocks region) {
            if (placed.add(section)) {
                region.observe(this);
            }
            String excess = placed.excess(pages, pages.mostMappings());
            if (!excess.isEmpty()) {
                barred.add(section);
                failures.add(section, new VfioException(section.toString(), "map", excess));
            }
        }
    }

    /** There may be room by now for blocks that were too many. */
    private void readmit(PageTables pages) {
        if (!barred.isEmpty() && placed.excess(pages, pages.mostMappings()).isEmpty()) {
            barred.forEach(section -> batch.changed.add(section.range()));
            barred.forEach(outcomes::forget);
            barred.clear();
        }
    }

    private void forget(MemorySection section) {
        outcomes.forget(section);
        if (!barred.isEmpty()) {
            barred.remove(section);
        }
        if (section.region() instanceof TranslatedRegion region && placed.remove(section)) {
            region.forget(this);
        }
        if (section.region() instanceof DiscardableBlocks region && placed.remove(section)) {
            region.forget(this);
        }
    }

    /** Learns what a virtual IOMMU knows. No lock is held while it is asked. */
    private void replay(MemorySection section, SectionFailures failures) {
        TranslatedRegion region = (TranslatedRegion) section.region();
        IovaRange part =
                new IovaRange(
                        section.offset(),
                        section.offset() + (section.range().last() - section.range().first()));
        region.replay(
                part,
                translation -> {
                    try {
                        mapped(region, translation);
                    } catch (VfioException refusal) {
                        failures.add(section, refusal);
                        space.change(pages -> outcomes.note(section, refusal));
                    }
                });
    }

    @Override
    public void mapped(TranslatedRegion region, Translation translation) {
        Piece whole =
                new Piece(
                        translation.range(),
                        translation.vaddr(),
                        translation.memory().readOnly() ? Access.READ : translation.access(),
                        translation.memory().file().orElse(null));
        inEachSection(
                region,
                translation.range(),
                (pages, place) -> pages.replace(place.seen(), place.move(whole)));
    }

    @Override
    public void unmapped(TranslatedRegion region, IovaRange range) {
        inEachSection(region, range, (pages, place) -> pages.replace(place.seen(), null));
    }

    @Override
    public void changed(DiscardableBlocks region, long offset, long bytes) {
        space.change(
                pages -> {
                    SectionFailures failures = new SectionFailures(sections, List.of());
                    List<IovaRange> seen = new ArrayList<>();
                    for (MemorySection section : placed.of(region)) {
                        Place.of(section, IovaRange.of(offset, bytes))
                                .ifPresent(place -> seen.add(place.seen()));
                    }
                    new GuestPages(pages, sections, failures::add)
                            .update(seen, mapping -> false, barred::contains);
                    failures.throwFirst();
                });
    }

    private void inEachSection(
            TranslatedRegion region, IovaRange range, BiConsumer<GuestPages, Place> change) {
        space.change(
                pages -> {
                    SectionFailures failures = new SectionFailures(sections, List.of());
                    GuestPages guest = new GuestPages(pages, sections, failures::add);
                    for (MemorySection section : placed.of(region)) {
                        Place.of(section, range).ifPresent(place -> change.accept(guest, place));
                    }
                    failures.throwFirst();
                });
    }

    /** Refuses page tables that could not take all blocks; the address space's lock is held. */
    void admit(Container container, PageTables pages) {
        String excess = placed.excess(pages, container.tables().mappingsLeft());
        if (!excess.isEmpty()) {
            throw new VfioException(container.tables().name(), "attach", excess);
        }
    }

    @Override
    public void onFailure(MemoryFailureHandler handler) {
        outcomes.handler(handler);
    }

    @Override
    public List<MemorySection> sections() {
        return space.locked(pages -> sections.all());
    }

    @Override
    public Optional<MemorySection> sectionAt(long address) {
        return space.locked(pages -> Optional.ofNullable(sections.at(address)));
    }

    @Override
    public List<SectionState> states() {
        return space.locked(
                pages ->
                        sections.all().stream()
                                .map(section -> state(section, pages.pageSize()))
                                .toList());
    }

    private SectionState state(MemorySection section, long pageSize) {
        SectionState state = outcomes.state(section, pageSize);
        return section.region() instanceof BarRegion && state.outcome() == Outcome.MAPPED
                ? bars.state(section)
                : state;
    }

    /** Refuses a range with a BAR of the guest in it; the address space's lock is held. */
    void checkNoBar(IovaRange range) {
        MemorySection bar = bars.overlapping(range);
        if (bar != null) {
            throw new IllegalArgumentException(
                    range + ": " + bar + " is mapped there; remove it from the memory listener");
        }
    }

    /** The address space is closed: regions have nobody to tell any more. */
    void close() {
        placed.forEachRegion(
                region -> {
                    if (region instanceof TranslatedRegion translated) {
                        translated.forget(this);
                    }
                    if (region instanceof DiscardableBlocks blocks) {
                        blocks.forget(this);
                    }
                });
    }

    /** What changed since the map was last made to hold. */
    private static final class Batch {
        final List<IovaRange> changed = new ArrayList<>();
        final SectionTable fresh = new SectionTable();
        final SectionTable gone = new SectionTable();
        int depth;

        void added(MemorySection section) {
            changed.add(section.range());
            if (!gone.remove(section)) {
                fresh.add(section);
            }
        }

        void removed(MemorySection section) {
            changed.add(section.range());
            if (!fresh.remove(section)) {
                gone.add(section);
            }
        }

        void clear() {
            changed.clear();
            fresh.clear();
            gone.clear();
        }
    }
}
