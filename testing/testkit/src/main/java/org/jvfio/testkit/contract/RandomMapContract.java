// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;
import org.jvfio.MemoryListener;
import org.jvfio.MemorySection;
import org.jvfio.RamRegion;
import org.jvfio.linux.ProcessMemory;
import org.jvfio.testkit.driver.EduDriver;

/** Random changes of a guest's memory map, against a model of it that knows only pages. */
public abstract class RandomMapContract extends Contract {
    private static final int TRANSACTIONS = 10_000;
    private static final int LOOKS = 100;
    private static final long SEED = 20261122;
    private static final int MOST_CHANGES = 4;
    private static final int MOST_SECTIONS = 40;
    private static final int MEMORY_PAGES = 64;
    private static final int SPACE_PAGES = 256;
    private static final long FIRST = 0x100_0000;
    private static final int ODD = 0x200;

    private final Random random = new Random(SEED);
    private final List<MemorySection> model = new ArrayList<>();
    private int page;
    private RamRegion[] regions;
    private ByteBuffer bytes;

    /** For extension. */
    protected RandomMapContract() {}

    @BeforeEach
    final void makeMemory() {
        page = vfio().host().pageSize();
        long size = (long) MEMORY_PAGES * page;
        RamRegion ram = RamRegion.of("ram", memory(size).address(), size);
        regions = new RamRegion[] {ram, ram.asReadOnly()};
        bytes = ProcessMemory.view(ram.vaddr(), (int) size);
        markPages();
    }

    @Test
    void tenThousandTransactionsAgreeWithTheModel() {
        MemoryListener listener = space().memoryListener();
        listener.onFailure(
                (section, refusal) -> {
                    throw refusal;
                });
        try (EduDriver edu = EduDriver.start(attach(bench().edu()))) {
            for (int i = 1; i <= TRANSACTIONS; i++) {
                change(listener);
                assertSame(i);
                if (i % (TRANSACTIONS / LOOKS) == 0) {
                    look(edu);
                }
            }
        }
        listener.begin();
        model.forEach(listener::regionRemoved);
        listener.commit();
        assertEquals(List.of(), space().mappings());
    }

    private void markPages() {
        for (int i = 0; i < MEMORY_PAGES; i++) {
            bytes.putLong(i * page, regions[0].vaddr() + (long) i * page);
        }
    }

    private void change(MemoryListener listener) {
        listener.begin();
        for (int i = random.nextInt(MOST_CHANGES) + 1; i > 0; i--) {
            boolean remove = random.nextInt(MOST_SECTIONS) < model.size();
            if (remove) {
                listener.regionRemoved(model.remove(random.nextInt(model.size())));
            } else {
                MemorySection section = section();
                if (model.stream().noneMatch(s -> s.range().overlaps(section.range()))) {
                    listener.regionAdded(section);
                    model.add(section);
                }
            }
        }
        listener.commit();
    }

    /**
     * Mostly in the places that continue a neighbour, sometimes with parts of pages at its ends.
     */
    private MemorySection section() {
        RamRegion region = regions[random.nextInt(regions.length)];
        int pages = random.nextInt(12) + 1;
        int from = random.nextInt(MEMORY_PAGES - pages);
        int shift = random.nextInt(3) * MEMORY_PAGES;
        long cutFront = random.nextInt(8) == 0 ? ODD : 0;
        long cutBack = random.nextInt(8) == 0 ? ODD : 0;
        long offset = (long) from * page + cutFront;
        long length = (long) pages * page - cutFront - cutBack;
        long first = FIRST + (long) (shift + from) * page + cutFront;
        return new MemorySection(IovaRange.of(first, length), region, offset);
    }

    /** What devices should reach, page by page: the address, with bit 0 if they may write. */
    private long[] expected() {
        long[] expected = new long[SPACE_PAGES];
        for (MemorySection section : model) {
            RamRegion region = (RamRegion) section.region();
            for (int i = 0; i < SPACE_PAGES; i++) {
                IovaRange here = IovaRange.of(FIRST + (long) i * page, page);
                if (section.range().contains(here)) {
                    long into = here.first() - section.range().first();
                    expected[i] =
                            region.vaddr() + section.offset() + into | (region.readOnly() ? 0 : 1);
                }
            }
        }
        return expected;
    }

    private void assertSame(int transaction) {
        long[] actual = new long[SPACE_PAGES];
        for (Mapping mapping : space().mappings()) {
            long pages = mapping.range().length() / page;
            for (int i = 0; i < pages; i++) {
                int at = (int) ((mapping.range().first() - FIRST) / page) + i;
                actual[at] =
                        mapping.vaddr() + (long) i * page | (mapping.access().writable() ? 1 : 0);
            }
        }
        long[] expected = expected();
        if (!Arrays.equals(expected, actual)) {
            assertEquals(
                    Arrays.toString(expected),
                    Arrays.toString(actual),
                    "after transaction " + transaction + " of seed " + SEED);
        }
    }

    /** Has the device read a page of each kind, and compares what it saw with the memory. */
    private void look(EduDriver edu) {
        long[] expected = expected();
        int source = pick(expected, 0);
        int target = pick(expected, 1);
        if (source < 0 || target < 0) {
            return;
        }
        edu.load(FIRST + (long) source * page, Long.BYTES);
        edu.store(FIRST + (long) target * page + Long.BYTES, Long.BYTES);
        int targetOffset = (int) ((expected[target] & -2) - regions[0].vaddr());
        assertEquals(expected[source] & -2, bytes.getLong(targetOffset + Long.BYTES));
    }

    private int pick(long[] expected, int bits) {
        int from = random.nextInt(SPACE_PAGES);
        for (int i = 0; i < SPACE_PAGES; i++) {
            int at = (from + i) % SPACE_PAGES;
            if (expected[at] != 0 && (expected[at] & bits) == bits) {
                return at;
            }
        }
        return -1;
    }
}
