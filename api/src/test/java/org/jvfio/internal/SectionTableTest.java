// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.jvfio.IovaRange;
import org.jvfio.MemorySection;
import org.jvfio.RamRegion;

final class SectionTableTest {
    private static final long PAGE = 0x1000;
    private static final RamRegion RAM = RamRegion.of("ram", 0x10_0000, 4 * PAGE);
    private static final int STEPS = 50_000;
    private static final int PLACES = 3000;

    private final SectionTable table = new SectionTable();
    private final TreeMap<Long, MemorySection> model = new TreeMap<>(Long::compareUnsigned);
    private final Random random = new Random(20261122);

    private static MemorySection section(long first, long length) {
        return new MemorySection(IovaRange.of(first, length), RAM, 0);
    }

    /** Above and below 2^63, with gaps between them. */
    private long place() {
        return ((long) random.nextInt(PLACES) - PLACES / 2) * 4 * PAGE;
    }

    @Test
    void anyChangesAgreeWithATreeMap() {
        for (int step = 0; step < STEPS; step++) {
            long first = place();
            MemorySection there = model.get(first);
            boolean growing = step % 20_000 < 12_000;
            if (there == null && (growing || random.nextInt(8) == 0)) {
                MemorySection fresh = section(first, (random.nextInt(4) + 1) * PAGE);
                table.add(fresh);
                model.put(first, fresh);
            } else if (there != null && (!growing || random.nextInt(8) == 0)) {
                assertThat(table.remove(there)).isTrue();
                model.remove(first);
            }
            assertSameNear(place() + random.nextInt(5) * PAGE);
        }
        assertThat(table.all()).containsExactlyElementsOf(model.values());
    }

    private void assertSameNear(long address) {
        Map.Entry<Long, MemorySection> below = model.floorEntry(address);
        assertThat(table.floor(address)).isEqualTo(below == null ? null : below.getValue());
        if (address < 0 && address + 20 * PAGE >= 0) {
            return; // What would end below its start.
        }
        IovaRange range = IovaRange.of(address, 20 * PAGE);
        List<MemorySection> expected =
                new ArrayList<>(model.subMap(address, true, range.last(), true).values());
        if (below != null
                && below.getKey() != address
                && below.getValue().range().overlaps(range)) {
            expected.add(0, below.getValue());
        }
        assertThat(table.within(range)).isEqualTo(expected);
    }

    @Test
    void whatIsNotThereIsNotRemoved() {
        table.add(section(PAGE, PAGE));

        assertThat(table.remove(section(PAGE, 2 * PAGE))).isFalse();
        assertThat(table.remove(section(0, PAGE))).isFalse();
        assertThat(table.contains(section(PAGE, PAGE))).isTrue();
        assertThat(table.remove(section(PAGE, PAGE))).isTrue();
        assertThat(table.isEmpty()).isTrue();
        assertThat(table.all()).isEmpty();
    }

    @Test
    void clearedTableTakesSectionsAgain() {
        for (int i = 0; i < PLACES; i++) {
            table.add(section(i * PAGE, PAGE));
        }

        table.clear();

        assertThat(table.isEmpty()).isTrue();
        table.add(section(0, PAGE));
        assertThat(table.all()).containsExactly(section(0, PAGE));
    }
}
