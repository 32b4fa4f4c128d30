// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.DiscardableRam;
import org.jvfio.IommuRegion;
import org.jvfio.IommuRegion.Translation;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;
import org.jvfio.MemoryListener.Outcome;
import org.jvfio.MemoryListener.SectionState;
import org.jvfio.MemorySection;
import org.jvfio.OtherRegion;
import org.jvfio.RamRegion;
import org.jvfio.VfioException;
import org.jvfio.internal.MappingTable.Owner;

class GuestMapTest {
    private static final int PAGE = 0x1000;
    private static final long VADDR = 0x7000_0000L;

    private final PageTables pages = new PageTables(PAGE);
    private final FakeTables tables = new FakeTables();
    private final GuestMap map = new GuestMap(new Unguarded(pages));
    private final RamRegion ram = RamRegion.of("ram", VADDR, 0x100 * PAGE);
    private final RamRegion few = RamRegion.of("virtio-mem", VADDR, 0x10 * PAGE);
    private final List<String> failures = new ArrayList<>();

    @BeforeEach
    void oneContainer() {
        pages.add(new Container(new NoBackend(), tables));
        map.onFailure((section, refusal) -> failures.add(section.toString()));
    }

    private static IovaRange pagesAt(long page, long count) {
        return IovaRange.of(page * PAGE, count * PAGE);
    }

    private static MemorySection section(long page, long count, RamRegion of, long offsetPage) {
        return new MemorySection(pagesAt(page, count), of, offsetPage * PAGE);
    }

    private void commit(List<MemorySection> removed, List<MemorySection> added) {
        map.begin();
        removed.forEach(map::regionRemoved);
        added.forEach(map::regionAdded);
        map.commit();
    }

    private void add(MemorySection... sections) {
        commit(List.of(), List.of(sections));
    }

    private List<String> requests() {
        List<String> made = List.copyOf(tables.requests);
        tables.requests.clear();
        return made;
    }

    @Test
    void neighboursOfOneRegionAreOneMapping() {
        add(section(0, 2, ram, 0), section(2, 3, ram, 2), section(9, 1, ram, 9));

        assertThat(requests()).containsExactly("map " + pagesAt(0, 5), "map " + pagesAt(9, 1));
    }

    @Test
    void neighboursOfTwoRegionsAreTwoMappings() {
        RamRegion next = RamRegion.of("dimm", VADDR + 2 * PAGE, 2 * PAGE);

        add(section(0, 2, ram, 0), section(2, 2, next, 0));

        assertThat(requests()).containsExactly("map " + pagesAt(0, 2), "map " + pagesAt(2, 2));
    }

    @Test
    void neighboursWithDifferentAccessAreTwoMappings() {
        add(section(0, 2, ram, 0), section(2, 2, ram.asReadOnly(), 2));

        assertThat(pages.mappings())
                .containsExactly(
                        new Mapping(pagesAt(0, 2), VADDR, Access.READ_WRITE),
                        new Mapping(pagesAt(2, 2), VADDR + 2 * PAGE, Access.READ));
    }

    @Test
    void batchThatChangesNothingAsksTheKernelNothing() {
        add(section(0, 4, ram, 0), section(8, 4, ram, 8));
        requests();

        commit(List.of(section(0, 4, ram, 0)), List.of(section(0, 4, ram, 0)));
        commit(List.of(), List.of());
        commit(
                List.of(section(0, 4, ram, 0)),
                List.of(section(0, 1, ram, 0), section(1, 3, ram, 1)));

        assertThat(requests()).isEmpty();
    }

    @Test
    void holeTakesTheMappingAwayAndBringsItsRestBack() {
        add(section(0, 8, ram, 0));
        requests();

        commit(
                List.of(section(0, 8, ram, 0)),
                List.of(section(0, 2, ram, 0), section(4, 4, ram, 4)));

        assertThat(requests())
                .containsExactly(
                        "unmap " + pagesAt(0, 8), "map " + pagesAt(0, 2), "map " + pagesAt(4, 4));
    }

    @Test
    void neighbourThatComesLaterLeavesWhatIsThereAlone() {
        add(section(0, 4, ram, 0));
        requests();

        add(section(4, 4, ram, 4));

        assertThat(requests()).containsExactly("map " + pagesAt(4, 4));
    }

    @Test
    void mappingsThatGoTogetherGoInOneRequest() {
        add(section(0, 2, ram, 4), section(2, 2, ram, 0), section(9, 1, ram, 9));
        requests();

        commit(map.sections(), List.of());

        assertThat(requests()).containsExactly("unmap " + pagesAt(0, 10));
        assertThat(pages.mappings()).isEmpty();
    }

    @Test
    void callersMappingBetweenThemStays() {
        add(section(0, 2, ram, 4), section(9, 1, ram, 9));
        pages.map(pagesAt(5, 1), VADDR, Access.READ);
        requests();

        commit(map.sections(), List.of());

        assertThat(requests()).containsExactly("unmap " + pagesAt(0, 2), "unmap " + pagesAt(9, 1));
        assertThat(pages.mappings()).hasSize(1);
    }

    @Test
    void onlyWholePagesOfMemoryBelow2To63AreMapped() {
        RamRegion odd = RamRegion.of("odd", VADDR + 0x200, 4 * PAGE);
        add(
                new MemorySection(IovaRange.of(0x1000, PAGE), odd, 0),
                new MemorySection(IovaRange.of(0x10_0200, 3 * PAGE), odd, 0),
                new MemorySection(IovaRange.of(0x20_0200, 0x400), odd, 0),
                MemorySection.of(0x30_0000, new OtherRegion("uart", PAGE)),
                new MemorySection(IovaRange.of(1L << 63, PAGE), ram, 0));

        assertThat(requests()).containsExactly("map " + IovaRange.of(0x10_1000, 2 * PAGE));
        assertThat(map.states())
                .extracting(SectionState::outcome)
                .containsExactly(
                        Outcome.SKIPPED,
                        Outcome.MAPPED,
                        Outcome.SKIPPED,
                        Outcome.SKIPPED,
                        Outcome.SKIPPED);
        assertThat(map.states().get(0).reason()).contains("0x200");
        assertThat(failures).isEmpty();
    }

    @Test
    void sectionThatLosesAPartOfAPageLosesThePage() {
        add(section(0, 4, ram, 0));
        requests();

        commit(
                map.sections(),
                List.of(
                        new MemorySection(IovaRange.of(0, PAGE + 0x200), ram, 0),
                        new MemorySection(
                                IovaRange.of(PAGE + 0x200, 3 * PAGE - 0x200), ram, PAGE + 0x200)));

        assertThat(requests())
                .containsExactly(
                        "unmap " + pagesAt(0, 4), "map " + pagesAt(0, 1), "map " + pagesAt(2, 2));
    }

    @Test
    void refusalGoesToTheHandlerAndTheRestIsMapped() {
        pages.map(pagesAt(1, 1), VADDR, Access.READ);

        add(section(0, 2, ram, 0), section(8, 1, ram, 8));

        assertThat(failures).containsExactly(section(0, 2, ram, 0).toString());
        assertThat(map.states().get(0).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(map.states().get(0).reason()).contains("overlaps");
        assertThat(map.states().get(1).outcome()).isEqualTo(Outcome.MAPPED);
        assertThat(tables.mapped.values()).containsExactly(pagesAt(1, 1), pagesAt(8, 1));
    }

    @Test
    void sectionThatFailedIsTriedAgainWhenItComesAnew() {
        pages.map(pagesAt(1, 1), VADDR, Access.READ);
        add(section(0, 2, ram, 0));
        pages.unmap(pagesAt(1, 1));

        commit(map.sections(), List.of(section(0, 2, ram, 0)));

        assertThat(map.states().get(0).outcome()).isEqualTo(Outcome.MAPPED);
        assertThat(tables.mapped.values()).containsExactly(pagesAt(0, 2));
    }

    @Test
    void mappingThatCannotBeTakenAwayStaysAndIsReported() {
        add(section(0, 2, ram, 0), section(4, 1, ram, 4));
        tables.refusing = true;

        commit(List.of(section(0, 2, ram, 0)), List.of());

        assertThat(failures).containsExactly(section(0, 2, ram, 0).toString());
        assertThat(pages.mappings()).hasSize(2);
    }

    @Test
    void badRequestsChangeNothing() {
        add(section(0, 2, ram, 0));
        map.begin();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> map.regionAdded(section(1, 2, ram, 8)))
                .withMessageContaining("overlaps the section");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> map.regionRemoved(section(0, 1, ram, 0)))
                .withMessageContaining("what is there is");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> map.regionRemoved(section(5, 1, ram, 0)))
                .withMessageContaining("nothing is there");
        requests();
        map.commit();

        assertThat(requests()).isEmpty();
        assertThatThrownBy(() -> map.regionAdded(section(9, 1, ram, 0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("outside a batch");
        assertThatThrownBy(map::commit).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void onlyTheOutermostBatchCounts() {
        map.begin();
        map.begin();
        map.regionAdded(section(0, 1, ram, 0));
        map.commit();
        assertThat(requests()).isEmpty();

        map.commit();
        assertThat(requests()).hasSize(1);
    }

    @Test
    void populatedBlocksAreMappedEachByItself() {
        DiscardableRam blocks = DiscardableRam.of(few, 2 * PAGE);
        blocks.populate(0, 4 * PAGE);
        add(MemorySection.of(0, blocks));
        assertThat(requests()).containsExactly("map " + pagesAt(0, 2), "map " + pagesAt(2, 2));

        blocks.populate(2 * PAGE, 4 * PAGE);
        assertThat(requests()).containsExactly("map " + pagesAt(4, 2));

        blocks.discard(0, 4 * PAGE);
        assertThat(requests()).containsExactly("unmap " + pagesAt(0, 4));
        assertThat(blocks.populatedBytes()).isEqualTo(2 * PAGE);

        commit(map.sections(), List.of());
        requests();
        blocks.populate(0, 2 * PAGE);
        assertThat(requests()).isEmpty();
    }

    @Test
    void blocksThatCannotBeMappedAreNotPopulated() {
        DiscardableRam blocks = DiscardableRam.of(few, 2 * PAGE);
        add(MemorySection.of(0, blocks));
        pages.map(pagesAt(4, 1), VADDR, Access.READ);

        assertThatThrownBy(() -> blocks.populate(0, 8 * PAGE)).isInstanceOf(VfioException.class);

        assertThat(blocks.populatedBytes()).isZero();
        assertThat(tables.mapped.values()).containsExactly(pagesAt(4, 1));
    }

    @Test
    void moreBlocksThanTheKernelMapsAreRefusedAtOnce() {
        RamRegion large = RamRegion.of("virtio-mem", VADDR, 101 * PAGE);
        DiscardableRam blocks = DiscardableRam.of(large, PAGE);

        add(MemorySection.of(0, blocks));

        assertThat(failures).hasSize(1);
        assertThat(map.states().get(0).reason()).contains("101 mappings", "larger blocks");
        blocks.populate(0, PAGE);
        assertThat(requests()).isEmpty();
    }

    @Test
    void blocksThatWereTooManyAreMappedWhenThereIsRoom() {
        RamRegion large = RamRegion.of("large", VADDR, 60 * PAGE);
        DiscardableRam one = DiscardableRam.of(large, PAGE);
        DiscardableRam two = DiscardableRam.of(large, PAGE);
        two.populate(0, PAGE);
        MemorySection first = MemorySection.of(0, one);
        add(first, MemorySection.of(0x10_0000, two));
        assertThat(failures).isNotEmpty();

        commit(List.of(first), List.of());

        assertThat(map.states().get(0).outcome()).isEqualTo(Outcome.MAPPED);
        assertThat(tables.mapped.values()).containsExactly(IovaRange.of(0x10_0000, PAGE));
    }

    @Test
    void translationsAreFollowed() {
        List<Translation> known = new ArrayList<>();
        known.add(translation(1, 1, 7));
        IommuRegion iommu = IommuRegion.of("viommu", 0, (range, each) -> known.forEach(each));
        add(MemorySection.of(0, iommu));
        assertThat(requests()).containsExactly("map " + pagesAt(1, 1));

        iommu.map(translation(1, 1, 7));
        assertThat(requests()).isEmpty();
        iommu.map(translation(1, 1, 8));
        assertThat(requests()).containsExactly("unmap " + pagesAt(1, 1), "map " + pagesAt(1, 1));
        iommu.map(translation(4, 4, 16));
        iommu.map(translation(9, 1, 1));
        requests();
        iommu.unmap(pagesAt(6, 0x100));

        assertThat(requests()).containsExactly("unmap " + pagesAt(4, 6), "map " + pagesAt(4, 2));
        assertThat(pages.mappings())
                .containsExactly(
                        new Mapping(pagesAt(1, 1), VADDR + 8 * PAGE, Access.READ_WRITE),
                        new Mapping(pagesAt(4, 2), VADDR + 16 * PAGE, Access.READ_WRITE));

        commit(map.sections(), List.of());
        assertThat(requests()).containsExactly("unmap " + pagesAt(1, 5));
        iommu.map(translation(1, 1, 7));
        assertThat(requests()).isEmpty();
    }

    @Test
    void sectionOfAVirtualIommuShiftsItsTranslations() {
        IommuRegion iommu = IommuRegion.of("viommu", 0x100 * PAGE, (range, each) -> {});
        add(new MemorySection(pagesAt(0x1000, 4), iommu, 2 * PAGE));

        iommu.map(translation(0, 8, 0));

        assertThat(pages.mappings())
                .containsExactly(
                        new Mapping(pagesAt(0x1000, 4), VADDR + 2 * PAGE, Access.READ_WRITE));
    }

    @Test
    void translationThatBeginsBeforeWhatASectionShowsIsCut() {
        IommuRegion iommu = IommuRegion.of("viommu", 0x100 * PAGE, (range, each) -> {});
        add(new MemorySection(pagesAt(0, 4), iommu, 2 * PAGE));

        iommu.map(translation(0, 8, 0));

        assertThat(pages.mappings())
                .containsExactly(new Mapping(pagesAt(0, 4), VADDR + 2 * PAGE, Access.READ_WRITE));
    }

    @Test
    void anotherVirtualIommuInThePlaceOfOneBeginsAnew() {
        IommuRegion first = IommuRegion.of("first", 0x100 * PAGE, (range, each) -> {});
        IommuRegion second = IommuRegion.of("second", 0x100 * PAGE, (range, each) -> {});
        add(MemorySection.of(0, first));
        first.map(translation(0, 1, 0));
        requests();

        commit(map.sections(), List.of(MemorySection.of(0, second)));

        assertThat(requests()).containsExactly("unmap " + pagesAt(0, 1));
    }

    @Test
    void refusedTranslationIsTheVirtualIommusAndARefusedReplayTheHandlers() {
        pages.map(pagesAt(1, 1), VADDR, Access.READ, null, Owner.CALLER);
        IommuRegion iommu =
                IommuRegion.of("viommu", 0, (range, each) -> each.accept(translation(1, 1, 7)));

        add(MemorySection.of(0, iommu));

        assertThat(failures).hasSize(1);
        assertThat(map.states().get(0).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(map.states().get(0).reason()).contains("overlaps");
        assertThatThrownBy(() -> iommu.map(translation(1, 1, 7)))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("overlaps");
    }

    private Translation translation(long page, long count, long ramPage) {
        return new Translation(pagesAt(page, count), ram, ramPage * PAGE, Access.READ_WRITE);
    }

    private record Unguarded(PageTables pages) implements LockedPages {
        @Override
        public <T> T locked(Function<PageTables, T> work) {
            return work.apply(pages);
        }
    }
}
