// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;
import org.jvfio.MemoryFile;
import org.jvfio.VfioException;
import org.jvfio.internal.MappingTable.Owner;

class PageTablesTest {
    private static final int PAGE = 0x1000;

    private final PageTables pages = new PageTables(PAGE);
    private final FakeTables first = new FakeTables();
    private final FakeTables second = new FakeTables();

    @BeforeEach
    void twoContainers() {
        pages.add(new Container(new NoBackend(), first));
        pages.add(new Container(new NoBackend(), second));
    }

    private static IovaRange page(long first) {
        return IovaRange.of(first, PAGE);
    }

    private void map(IovaRange range) {
        pages.map(range, 0x10000 + range.first(), Access.READ_WRITE);
    }

    @Test
    void everyContainerSeesEveryMapping() {
        map(page(0x1000));

        assertThat(first.mapped.values()).containsExactly(page(0x1000));
        assertThat(second.mapped.values()).containsExactly(page(0x1000));
    }

    @Test
    void fileIsMappedByTablesThatTakeOneAndByAddressInOthers() {
        first.mapsFiles = true;
        MemoryFile file = new MemoryFile(7, 0x5000, 0x10000, 0x4000);

        pages.map(page(0x1000), 0x12000, Access.READ, file, Owner.CALLER);

        assertThat(first.requests)
                .containsExactly("map " + page(0x1000) + " from descriptor 7 at 0x7000");
        assertThat(second.requests).containsExactly("map " + page(0x1000));
        assertThat(pages.mappings())
                .containsExactly(
                        new Mapping(page(0x1000), 0x12000, Access.READ, Optional.of(file)));
    }

    @Test
    void containerThatJoinsLaterGetsTheFileToo() {
        pages.map(
                page(0x1000),
                0x12000,
                Access.READ,
                new MemoryFile(7, 0, 0x10000, 0x4000),
                Owner.CALLER);
        FakeTables later = new FakeTables();
        later.mapsFiles = true;

        pages.add(new Container(new NoBackend(), later));

        assertThat(later.requests)
                .containsExactly("map " + page(0x1000) + " from descriptor 7 at 0x2000");
    }

    @Test
    void containerThatDoesNotSayWhatItTranslatesIsNotTakenIn() {
        FakeTables silent = new FakeTables();
        silent.silent = true;

        assertThatThrownBy(() -> pages.add(new Container(new NoBackend(), silent)))
                .isInstanceOf(VfioException.class);

        assertThat(pages.containers()).extracting(Container::tables).doesNotContain(silent);
        map(page(0x1000));
    }

    @Test
    void refusalOfTheSecondIsTakenBackInTheFirst() {
        map(page(0x1000));
        second.refusing = true;

        assertThatThrownBy(() -> map(page(0x2000))).isInstanceOf(VfioException.class);

        assertThat(first.mapped.values()).containsExactly(page(0x1000));
        assertThat(pages.mappings()).hasSize(1);
    }

    @Test
    void refusedUnmapLeavesAllAsItWas() {
        map(page(0x1000));
        map(page(0x3000));
        second.refusing = true;

        assertThatThrownBy(() -> pages.unmap(IovaRange.of(0, 0x10000)))
                .isInstanceOf(VfioException.class);

        assertThat(first.mapped.values()).containsExactly(page(0x1000), page(0x3000));
        assertThat(pages.mappings()).hasSize(2);
    }

    @Test
    void severalMappingsGoInOneRequest() {
        map(page(0x1000));
        map(page(0x3000));
        first.requests.clear();

        assertThat(pages.unmap(IovaRange.of(0, 0x10000))).isEqualTo(2 * PAGE);

        assertThat(first.requests).containsExactly("unmap [0x0, 0xffff]");
        assertThat(first.mapped).isEmpty();
    }

    @Test
    void unmappingNothingAsksNobody() {
        assertThat(pages.unmap(page(0x5000))).isZero();
        assertThat(first.requests).isEmpty();
    }

    @Test
    void mappingIsNeverSplit() {
        map(IovaRange.of(0x1000, 2 * PAGE));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> pages.unmap(page(0x1000)))
                .withMessageContaining("[0x1000, 0x2fff]");
        assertThat(first.mapped.values()).containsExactly(IovaRange.of(0x1000, 2 * PAGE));
    }

    @Test
    void badRangesAreRefusedBeforeTheKernelIsAsked() {
        map(page(0x1000));
        first.requests.clear();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> map(IovaRange.of(0x1800, PAGE)))
                .withMessageContaining("whole pages of 0x1000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pages.map(page(0x2000), 0x10001, Access.READ))
                .withMessageContaining("vaddr 0x10001");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pages.map(page(0x2000), -PAGE, Access.READ))
                .withMessageContaining("not memory of this process");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> map(IovaRange.of(0, 4 * PAGE)))
                .withMessageContaining("overlaps the mapping [0x1000, 0x1fff]");
        assertThat(first.requests).isEmpty();
        assertThat(pages.mappings()).hasSize(1);
    }

    @Test
    void aperturesAreWhatAllContainersTranslate() {
        first.apertures = List.of(new IovaRange(0, 0xffff), new IovaRange(0x20000, 0x2ffff));
        second.apertures = List.of(new IovaRange(0x8000, 0x27fff));
        second.pageSizes = 0x4000 | 0x200000;
        pages.refresh();

        assertThat(pages.apertures())
                .containsExactly(new IovaRange(0x8000, 0xffff), new IovaRange(0x20000, 0x27fff));
        assertThat(pages.pageSize()).isEqualTo(0x4000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> map(IovaRange.of(0x4000, 0x4000)))
                .withMessageContaining("outside what the IOMMU translates")
                .withMessageContaining("[0x8000, 0xffff]");
    }

    @Test
    void newcomerSeesWhatIsMapped() {
        map(page(0x1000));
        FakeTables third = new FakeTables();

        pages.add(new Container(new NoBackend(), third));

        assertThat(third.mapped.values()).containsExactly(page(0x1000));
    }

    @Test
    void newcomerThatCannotTranslateWhatIsMappedIsRefused() {
        map(page(0x1000));
        FakeTables third = new FakeTables();
        third.apertures = List.of(new IovaRange(0x100000, 0x1fffff));

        assertThatThrownBy(() -> pages.add(new Container(new NoBackend(), third)))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("[0x1000, 0x1fff] is mapped")
                .hasMessageContaining("[0x100000, 0x1fffff]");
        assertThat(third.requests).isEmpty();
        assertThat(pages.containers()).hasSize(2);
    }

    @Test
    void limitsAreThoseOfTheFullestContainer() {
        map(page(0x1000));

        assertThat(pages.limits().mappings()).isEqualTo(1);
        assertThat(pages.limits().mappingsLeft()).hasValue(99);
    }

    @Test
    void pageSizesAreThoseThatAllHave() {
        first.pageSizes = 0x4020_1000;
        second.pageSizes = 0x20_1000;
        assertThat(pages.properties().pageSizes()).isEqualTo(0x20_1000);

        second.pageSizes = 0x1_0000;
        pages.refresh();
        assertThat(pages.properties().pageSizes()).isEqualTo(0x1_0000);
    }

    @Test
    void eachBackendCountsWhatIsPinned() {
        assertThat(pages.limits().pinnedBytes()).isEqualTo(0x6000);
        assertThat(pages.limits().pinnableBytes()).hasValue(0x2000);
    }
}
