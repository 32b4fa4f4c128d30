// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.jvfio.Access;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;

/**
 * The mappings of an address space, by unsigned address, none overlapping another.
 *
 * <p>They stand in sorted runs of at most {@value #RUN} in one sorted list of runs, so that finding
 * one costs two binary searches, and adding or removing one moves at most a run. Emptied runs are
 * kept for later: a table that has grown once allocates nothing more for the same size.
 *
 * <p><b>Threads.</b> Not safe: the address space's lock guards it.
 */
final class MappingTable {
    private static final int RUN = 128;

    private final ArrayList<Run> runs = new ArrayList<>();
    private final ArrayDeque<Run> spare = new ArrayDeque<>();
    private int size;

    /** How many mappings there are. */
    int size() {
        return size;
    }

    /** Whether no mapping overlaps {@code range}. */
    boolean isFree(IovaRange range) {
        return firstOverlapping(range) == null;
    }

    /** The lowest mapping that overlaps {@code range}. Allocates only if there is one. */
    @Nullable Mapping firstOverlapping(IovaRange range) {
        int index = runReaching(range.first());
        if (index == runs.size()) {
            return null;
        }
        Run run = runs.get(index);
        int slot = run.slotReaching(range.first());
        return Long.compareUnsigned(run.first[slot], range.last()) <= 0 ? run.mapping(slot) : null;
    }

    /** Adds a mapping, which overlaps none. */
    void add(IovaRange range, long vaddr, Access access) {
        int index = runReaching(range.first());
        if (index == runs.size() && index > 0) {
            index--;
        }
        Run run = index < runs.size() ? runs.get(index) : insertRun(0);
        if (run.count == RUN) {
            Run upper = insertRun(index + 1);
            run.moveHalfTo(upper);
            if (Long.compareUnsigned(range.first(), upper.first[0]) > 0) {
                run = upper;
            }
        }
        run.insert(run.slotReaching(range.first()), range, vaddr, access);
        size++;
    }

    /**
     * The mapping that lies partly in {@code range} and partly outside, if there is one; of two,
     * the lower.
     */
    @Nullable Mapping straddling(IovaRange range) {
        Mapping low = straddlingAt(range.first(), range);
        return low != null ? low : straddlingAt(range.last(), range);
    }

    private @Nullable Mapping straddlingAt(long address, IovaRange range) {
        int index = runReaching(address);
        if (index == runs.size()) {
            return null;
        }
        Run run = runs.get(index);
        int slot = run.slotReaching(address);
        boolean there = Long.compareUnsigned(run.first[slot], address) <= 0;
        boolean within =
                Long.compareUnsigned(run.first[slot], range.first()) >= 0
                        && Long.compareUnsigned(run.last[slot], range.last()) <= 0;
        return there && !within ? run.mapping(slot) : null;
    }

    /**
     * Removes the mappings in {@code range}, none of which reaches outside.
     *
     * @return how many bytes they held
     */
    long remove(IovaRange range) {
        long bytes = 0;
        int index = runReaching(range.first());
        while (index < runs.size()) {
            Run run = runs.get(index);
            int from = run.slotReaching(range.first());
            int to = run.slotBeyond(range.last());
            bytes += run.bytes(from, to);
            size -= to - from;
            boolean reachedEnd = to < run.count;
            run.delete(from, to);
            if (run.count == 0) {
                spare.push(runs.remove(index));
            } else {
                index++;
            }
            if (reachedEnd) {
                break;
            }
        }
        return bytes;
    }

    /** All mappings, lowest first. */
    List<Mapping> all() {
        return within(IovaRange.ALL);
    }

    /** The mappings that begin in {@code range}, lowest first. */
    List<Mapping> within(IovaRange range) {
        List<Mapping> found = new ArrayList<>();
        for (int i = runReaching(range.first()); i < runs.size(); i++) {
            Run run = runs.get(i);
            int to = run.slotBeyond(range.last());
            for (int slot = run.slotReaching(range.first()); slot < to; slot++) {
                found.add(run.mapping(slot));
            }
            if (to < run.count) {
                break;
            }
        }
        return found;
    }

    /** The index of the first run with a mapping that ends at {@code address} or above. */
    private int runReaching(long address) {
        int low = 0;
        int high = runs.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            Run run = runs.get(middle);
            if (Long.compareUnsigned(run.last[run.count - 1], address) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private Run insertRun(int index) {
        Run run = spare.isEmpty() ? new Run() : spare.pop();
        runs.add(index, run);
        return run;
    }

    /** Some mappings, sorted; only a new run is empty. */
    private static final class Run {
        final long[] first = new long[RUN];
        final long[] last = new long[RUN];
        final long[] vaddr = new long[RUN];
        final Access[] access = new Access[RUN];
        int count;

        /** The first slot whose mapping ends at {@code address} or above; {@code count} if none. */
        int slotReaching(long address) {
            int low = 0;
            int high = count;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (Long.compareUnsigned(last[middle], address) < 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        /** The first slot whose mapping begins above {@code address}; {@code count} if none. */
        int slotBeyond(long address) {
            int low = 0;
            int high = count;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (Long.compareUnsigned(first[middle], address) <= 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        Mapping mapping(int slot) {
            return new Mapping(new IovaRange(first[slot], last[slot]), vaddr[slot], access[slot]);
        }

        long bytes(int from, int to) {
            long bytes = 0;
            for (int slot = from; slot < to; slot++) {
                bytes += last[slot] - first[slot] + 1;
            }
            return bytes;
        }

        void insert(int slot, IovaRange range, long address, Access allowed) {
            move(this, slot, this, slot + 1, count - slot);
            first[slot] = range.first();
            last[slot] = range.last();
            vaddr[slot] = address;
            access[slot] = allowed;
            count++;
        }

        void delete(int from, int to) {
            move(this, to, this, from, count - to);
            count -= to - from;
            Arrays.fill(access, count, count + to - from, null);
        }

        void moveHalfTo(Run upper) {
            int kept = count / 2;
            move(this, kept, upper, 0, count - kept);
            upper.count = count - kept;
            Arrays.fill(access, kept, count, null);
            count = kept;
        }

        private static void move(Run from, int source, Run to, int target, int length) {
            System.arraycopy(from.first, source, to.first, target, length);
            System.arraycopy(from.last, source, to.last, target, length);
            System.arraycopy(from.vaddr, source, to.vaddr, target, length);
            System.arraycopy(from.access, source, to.access, target, length);
        }
    }
}
