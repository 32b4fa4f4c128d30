// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvfio.Access;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;

class MappingTableTest {
    private static final long PAGE = 0x1000;

    private final MappingTable table = new MappingTable();
    private final TreeMap<Long, Mapping> oracle = new TreeMap<>(Long::compareUnsigned);

    /** The table does what a sorted map does, over a space that crosses the sign bit. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void agreesWithASortedMap(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < 20_000; step++) {
            IovaRange range = someRange(random);
            if (random.nextInt(100) < 60) {
                addIfFree(range);
            } else {
                removeIfWhole(range);
            }
        }
        assertThat(table.all()).as("seed %d", seed).containsExactlyElementsOf(oracle.values());
        assertThat(table.size()).isEqualTo(oracle.size());
        assertThat(table.remove(IovaRange.ALL)).isEqualTo(bytes(oracle.values()));
        assertThat(table.all()).isEmpty();
    }

    private static IovaRange someRange(Random random) {
        long first = 0x7fff_ffff_ff00_0000L + random.nextInt(4096) * PAGE;
        return IovaRange.of(first, (1 + random.nextInt(4)) * PAGE);
    }

    private void addIfFree(IovaRange range) {
        List<Mapping> overlapping = overlapping(range);
        assertThat(table.isFree(range)).isEqualTo(overlapping.isEmpty());
        if (overlapping.isEmpty()) {
            table.add(range, range.first(), Access.READ);
            oracle.put(range.first(), new Mapping(range, range.first(), Access.READ));
        } else {
            assertThat(table.firstOverlapping(range)).isEqualTo(overlapping.get(0));
        }
    }

    private void removeIfWhole(IovaRange range) {
        List<Mapping> overlapping = overlapping(range);
        assertThat(table.isOneMapping(range))
                .isEqualTo(overlapping.size() == 1 && overlapping.get(0).range().equals(range));
        List<Mapping> partly =
                overlapping.stream().filter(m -> !range.contains(m.range())).toList();
        assertThat(table.straddling(range)).isEqualTo(partly.isEmpty() ? null : partly.get(0));
        if (partly.isEmpty()) {
            assertThat(table.remove(range)).isEqualTo(bytes(overlapping));
            overlapping.forEach(mapping -> oracle.remove(mapping.range().first()));
        }
    }

    private List<Mapping> overlapping(IovaRange range) {
        Map.Entry<Long, Mapping> below = oracle.lowerEntry(range.first());
        List<Mapping> found = new ArrayList<>();
        if (below != null && below.getValue().range().overlaps(range)) {
            found.add(below.getValue());
        }
        found.addAll(oracle.subMap(range.first(), true, range.last(), true).values());
        return found;
    }

    private static long bytes(Iterable<Mapping> mappings) {
        long bytes = 0;
        for (Mapping mapping : mappings) {
            bytes += mapping.range().length();
        }
        return bytes;
    }

    @Test
    void bothEndsOfTheSpaceCanBeMapped() {
        table.add(IovaRange.of(-PAGE, PAGE), 0, Access.READ);
        table.add(IovaRange.of(0, PAGE), 0, Access.READ);

        assertThat(table.isFree(new IovaRange(PAGE, -PAGE - 1))).isTrue();
        assertThat(table.straddling(new IovaRange(0, -PAGE))).isNotNull();
        assertThat(table.remove(IovaRange.ALL)).isEqualTo(2 * PAGE);
    }
}
