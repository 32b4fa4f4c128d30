// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.jvfio.IovaRange;
import org.jvfio.MemorySection;

/**
 * Sections by unsigned address, none overlapping another.
 *
 * <p>They stand in sorted runs of at most {@value #RUN} in one sorted list of runs, so that finding
 * one costs two binary searches, or one near the place of the last search; and adding or removing
 * one moves at most a run.
 *
 * <p><b>Threads.</b> Not safe: the address space's lock guards it.
 */
final class SectionTable {
    private static final int RUN = 128;

    private final ArrayList<Run> runs = new ArrayList<>();
    private int size;
    private int index; // Of the run where the last search ended.

    SectionTable() {
        runs.add(new Run());
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The highest section that begins at {@code address} or below. */
    @Nullable MemorySection floor(long address) {
        Run run = runFor(address);
        int slot = run.floor(address);
        return slot < 0 ? null : run.sections[slot];
    }

    /** The section that begins at {@code first}. */
    @Nullable MemorySection startingAt(long first) {
        MemorySection below = floor(first);
        return below != null && below.range().first() == first ? below : null;
    }

    boolean contains(MemorySection section) {
        return size > 0 && section.equals(startingAt(section.range().first()));
    }

    /** Adds a section, which overlaps none. */
    void add(MemorySection section) {
        long first = section.range().first();
        Run run = runFor(first);
        if (run.count == RUN) {
            run = makeRoom(run, first);
        }
        run.insert(run.floor(first) + 1, section);
        size++;
    }

    /** The run for {@code first} where {@code full} was. At the table's end nothing moves. */
    private Run makeRoom(Run full, long first) {
        Run upper = new Run();
        runs.add(index + 1, upper);
        if (index + 2 == runs.size() && full.floor(first) == RUN - 1) {
            index++;
            return upper;
        }
        full.moveHalfTo(upper);
        return runFor(first);
    }

    /** Removes a section; says whether it was there. */
    boolean remove(MemorySection section) {
        if (!contains(section)) {
            return false;
        }
        long first = section.range().first();
        Run run = runFor(first);
        run.delete(run.floor(first));
        size--;
        if (run.count == 0 && runs.size() > 1) {
            runs.remove(index);
            index = 0;
        }
        return true;
    }

    void clear() {
        Run kept = runs.get(0);
        kept.clear();
        runs.clear();
        runs.add(kept);
        size = 0;
        index = 0;
    }

    List<MemorySection> all() {
        return within(IovaRange.ALL);
    }

    /** The sections that overlap {@code range}, lowest first. */
    List<MemorySection> within(IovaRange range) {
        List<MemorySection> found = new ArrayList<>();
        int slot = Math.max(0, runFor(range.first()).floor(range.first()));
        for (int i = index; i < runs.size(); i++) {
            Run run = runs.get(i);
            for (; slot < run.count; slot++) {
                if (Ranges.isBelow(range.last(), run.firsts[slot])) {
                    return found;
                }
                if (!Ranges.isBelow(run.sections[slot].range().last(), range.first())) {
                    found.add(run.sections[slot]);
                }
            }
            slot = 0;
        }
        return found;
    }

    /** The last run that does not begin above {@code address}, or the first. */
    private Run runFor(long address) {
        if (!isFor(address)) {
            index = search(address);
        }
        return runs.get(index);
    }

    private boolean isFor(long address) {
        return (index == 0 || !beginsAbove(index, address))
                && (index + 1 == runs.size() || beginsAbove(index + 1, address));
    }

    private boolean beginsAbove(int run, long address) {
        return Ranges.isBelow(address, runs.get(run).firsts[0]);
    }

    private int search(long address) {
        int low = 0;
        int high = runs.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (beginsAbove(middle, address)) {
                high = middle - 1;
            } else {
                low = middle;
            }
        }
        return low;
    }

    /** Some sections, sorted. Empty only if it is the only run. */
    private static final class Run {
        private final long[] firsts = new long[RUN];
        private final MemorySection[] sections = new MemorySection[RUN];
        int count;

        /** The last slot that does not begin above {@code address}; -1 if there is none. */
        int floor(long address) {
            if (count > 0 && !Ranges.isBelow(address, firsts[count - 1])) {
                return count - 1; // Guests are laid out upwards.
            }
            int low = 0;
            int high = count;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (Ranges.isBelow(address, firsts[middle])) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low - 1;
        }

        void insert(int slot, MemorySection section) {
            move(slot, this, slot + 1, count - slot);
            firsts[slot] = section.range().first();
            sections[slot] = section;
            count++;
        }

        @SuppressWarnings("NullAway") // What is beyond count is never read.
        void delete(int slot) {
            move(slot + 1, this, slot, count - slot - 1);
            count--;
            sections[count] = null;
        }

        @SuppressWarnings("NullAway") // As above.
        void clear() {
            Arrays.fill(sections, 0, count, null);
            count = 0;
        }

        @SuppressWarnings("NullAway") // As above.
        void moveHalfTo(Run upper) {
            int kept = count / 2;
            move(kept, upper, 0, count - kept);
            Arrays.fill(sections, kept, count, null);
            upper.count = count - kept;
            count = kept;
        }

        private void move(int from, Run to, int at, int slots) {
            if (slots > 0) { // A copy of nothing costs as much as finding out where it goes.
                System.arraycopy(firsts, from, to.firsts, at, slots);
                System.arraycopy(sections, from, to.sections, at, slots);
            }
        }
    }
}
