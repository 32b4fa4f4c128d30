// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The order of mappings, compared with a list that is sorted anew each time. */
final class MappingIndexTest {
    private static final int STEPS = 4000;
    private static final long[] BASES = {0, 0x1000, Long.MAX_VALUE - 3, Long.MIN_VALUE, -64};

    private final MappingIndex index = new MappingIndex();
    private final List<DmaMapping> model = new ArrayList<>();

    private static DmaMapping mapping(long iova, long vaddr) {
        return new DmaMapping(iova, 1, vaddr, true, true);
    }

    private List<DmaMapping> sorted() {
        Comparator<DmaMapping> byVaddr = (a, b) -> Long.compareUnsigned(a.vaddr, b.vaddr);
        Comparator<DmaMapping> byIova = (a, b) -> Long.compareUnsigned(a.iova, b.iova);
        return model.stream().sorted(byVaddr.thenComparing(byIova)).toList();
    }

    private void add(long address, long second) {
        DmaMapping added = mapping(second, address);
        index.add(address, second, added);
        model.add(added);
    }

    private void remove(int at) {
        DmaMapping removed = model.remove(at);
        index.remove(removed.vaddr, removed.iova, removed);
    }

    private void check(long address) {
        List<DmaMapping> sorted = sorted();
        assertEquals(sorted, index.all());
        assertEquals(sorted.size(), index.size());
        List<DmaMapping> upTo =
                sorted.stream().filter(m -> Long.compareUnsigned(m.vaddr, address) <= 0).toList();
        assertSame(upTo.isEmpty() ? null : upTo.get(upTo.size() - 1), index.lastUpTo(address));
        assertEquals(upTo, index.beginningIn(0, address));
        assertEquals(sorted.subList(upTo.size(), sorted.size()), above(address));
    }

    private List<DmaMapping> above(long address) {
        return address == -1 ? List.of() : index.beginningIn(address + 1, -1);
    }

    @Test
    void nothingIsFoundInAnEmptyOne() {
        assertNull(index.lastUpTo(-1));
        assertEquals(List.of(), index.all());
    }

    @Test
    void orderIsThatOfUnsignedAddresses() {
        long seed = 42;
        Random random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            boolean growing = step / 1000 % 2 == 0;
            if (model.isEmpty() || random.nextInt(10) < (growing ? 8 : 2)) {
                long base = BASES[random.nextInt(BASES.length)];
                add(base + random.nextInt(64), random.nextInt(4));
            } else {
                remove(random.nextInt(model.size()));
            }
            if (step % 50 == 0) {
                check(BASES[random.nextInt(BASES.length)] + random.nextInt(64));
            }
        }
        while (!model.isEmpty()) {
            remove(random.nextInt(model.size()));
        }
        check(0);
    }

    @Test
    void ascendingAndDescendingAddressesKeepTheirOrder() {
        for (int i = 0; i < 1000; i++) {
            add(0x100000 + i, 0);
            add(0x100000 - i, 0);
        }
        check(0x100000);
        for (int i = 0; i < 2000; i++) {
            remove(0);
        }
        check(0);
    }
}
