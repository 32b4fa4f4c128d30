// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.jvfio.Access;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;
import org.jvfio.MemoryFile;

/**
 * The mappings of an address space, by unsigned address, none overlapping another.
 *
 * <p>They stand in sorted runs of at most {@value #RUN} in one sorted list of runs, so that finding
 * one costs two binary searches, and adding or removing one moves at most a run. There is always a
 * run, and other emptied ones are kept for later: a table that has grown once allocates nothing
 * more for the same size.
 *
 * <p><b>Threads.</b> Not safe: the address space's lock guards it.
 */
final class MappingTable {
    private static final int RUN = 128;

    private final ArrayList<Run> runs = new ArrayList<>();
    private final ArrayDeque<Run> spare = new ArrayDeque<>();
    private int size;
    private int guests;

    // Where the last search ended: a slot of the run at that index.
    private Run run = new Run();
    private int index;
    private int slot;
    private long soughtAddress;
    private boolean sought;

    MappingTable() {
        runs.add(run);
    }

    /** How many mappings there are. */
    int size() {
        return size;
    }

    /** Whether no mapping overlaps {@code range}. */
    boolean isFree(IovaRange range) {
        return !seek(range.first()) || !run.beginsWithin(slot, range);
    }

    /** Whether {@code range} is one mapping, neither more nor less. */
    boolean isOneMapping(IovaRange range) {
        return seek(range.first())
                && run.first(slot) == range.first()
                && run.last(slot) == range.last();
    }

    /** The lowest mapping that overlaps {@code range}. Allocates only if there is one. */
    @Nullable Mapping firstOverlapping(IovaRange range) {
        return isFree(range) ? null : run.mapping(slot);
    }

    /** Adds a mapping, which overlaps none. */
    void add(IovaRange range, long vaddr, Access access) {
        add(range, vaddr, access, null, Owner.CALLER);
    }

    /** Adds a mapping, which overlaps none, of memory that may be a file's. */
    void add(IovaRange range, long vaddr, Access access, @Nullable MemoryFile file, Owner owner) {
        seek(range.first());
        if (run.count == RUN) {
            split();
        }
        run.insert(slot, range, vaddr, bits(access, owner), file);
        size++;
        guests += owner == Owner.GUEST ? 1 : 0;
        sought = false;
    }

    /**
     * Makes room where the last search ended, and stays there. At the table's end nothing moves.
     */
    private void split() {
        Run upper = spare.isEmpty() ? new Run() : spare.pop();
        runs.add(index + 1, upper);
        if (slot < run.count || index + 2 < runs.size()) {
            run.moveHalfTo(upper);
        }
        if (slot > run.count || run.count == RUN) {
            slot -= run.count;
            run = upper;
        }
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
        if (!seek(address)) {
            return null;
        }
        boolean there = Long.compareUnsigned(run.first(slot), address) <= 0;
        boolean within =
                Long.compareUnsigned(run.first(slot), range.first()) >= 0
                        && Long.compareUnsigned(run.last(slot), range.last()) <= 0;
        return there && !within ? run.mapping(slot) : null;
    }

    /**
     * Removes the mappings in {@code range}, none of which reaches outside.
     *
     * @return how many bytes they held
     */
    long remove(IovaRange range) {
        if (isOneMapping(range)) {
            delete(slot + 1);
            return range.length();
        }
        long bytes = 0;
        while (seek(range.first()) && run.beginsWithin(slot, range)) {
            int to = slot;
            while (to < run.count && run.beginsWithin(to, range)) {
                bytes += run.last(to) - run.first(to) + 1;
                to++;
            }
            delete(to);
        }
        return bytes;
    }

    /** Deletes from where the last search ended up to slot {@code to} of the same run. */
    private void delete(int to) {
        size -= to - slot;
        guests -= run.guests(slot, to);
        run.delete(slot, to);
        if (run.count == 0 && runs.size() > 1) {
            spare.push(runs.remove(index));
        }
        sought = false;
    }

    /** All mappings, lowest first. */
    List<Mapping> all() {
        return within(IovaRange.ALL);
    }

    /** The mappings that end in {@code range} or above and begin in it or below, lowest first. */
    List<Mapping> within(IovaRange range) {
        return collect(range, false);
    }

    private List<Mapping> collect(IovaRange range, boolean guestsOnly) {
        List<Mapping> found = new ArrayList<>();
        seek(range.first());
        int from = slot;
        for (int i = index; i < runs.size(); i++) {
            Run next = runs.get(i);
            for (int at = from; at < next.count; at++) {
                if (!next.beginsWithin(at, range)) {
                    return found;
                }
                if (!guestsOnly || next.isGuest(at)) {
                    found.add(next.mapping(at));
                }
            }
            from = 0;
        }
        return found;
    }

    /** Those of {@link #within} that are the guest's. */
    List<Mapping> guestsWithin(IovaRange range) {
        return guests == 0 ? List.of() : collect(range, true);
    }

    /** How many mappings are the guest's. */
    int guests() {
        return guests;
    }

    /** Shows the mappings that overlap a range, lowest first, until the visitor has enough. */
    void visit(long first, long last, MappingVisitor visitor) {
        seek(first);
        int from = slot;
        for (int i = index; i < runs.size(); i++) {
            Run next = runs.get(i);
            for (int at = from; at < next.count; at++) {
                if (Long.compareUnsigned(next.first(at), last) > 0
                        || !visitor.visit(next.first(at), next.last(at), next.vaddr(at))) {
                    return;
                }
            }
            from = 0;
        }
    }

    /**
     * Finds the first mapping that ends at {@code address} or above, or else the end of the table.
     * What is asked for twice is found once: nearly every change comes after a check of the same
     * range.
     *
     * @return whether there is one, at {@link #slot} of {@link #run}
     */
    private boolean seek(long address) {
        if (!sought || address != soughtAddress) {
            index = runReaching(address);
            run = runs.get(index);
            slot = run.slotReaching(address);
            soughtAddress = address;
            sought = true;
        }
        return slot < run.count;
    }

    /** The index of the first run with a mapping that ends at {@code address} or above, or last. */
    private int runReaching(long address) {
        int low = 0;
        int high = runs.size() - 1;
        if (high > 0 && endsBelow(high - 1, address)) {
            return high; // Guests are laid out upwards.
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (endsBelow(middle, address)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private boolean endsBelow(int index, long address) {
        Run probed = runs.get(index);
        return Long.compareUnsigned(probed.last(probed.count - 1), address) < 0;
    }

    private static long bits(Access access, Owner owner) {
        return (access.readable() ? Run.READABLE : 0)
                | (access.writable() ? Run.WRITABLE : 0)
                | (owner == Owner.GUEST ? Run.GUEST : 0);
    }

    /** Who takes a mapping away again. */
    enum Owner {
        /** Whoever mapped it. */
        CALLER,
        /** The listener: it is a part of the guest's memory map. */
        GUEST
    }

    /**
     * Some mappings, sorted: four numbers for each, so that one copy moves them. Empty only if it
     * is new, or the only run.
     */
    private static final class Run {
        private static final int FIRST = 0;
        private static final int LAST = 1;
        private static final int VADDR = 2;
        private static final int ACCESS = 3;
        private static final int NUMBERS = 4;
        private static final long READABLE = 1;
        private static final long WRITABLE = 2;
        private static final long GUEST = 4;

        private final long[] numbers = new long[RUN * NUMBERS];
        private @Nullable MemoryFile @Nullable [] files; // Only once one of them has one.
        int count;

        long first(int slot) {
            return numbers[slot * NUMBERS + FIRST];
        }

        long last(int slot) {
            return numbers[slot * NUMBERS + LAST];
        }

        long vaddr(int slot) {
            return numbers[slot * NUMBERS + VADDR];
        }

        /** Whether that mapping, which does not end below {@code range}, is not above it. */
        boolean beginsWithin(int slot, IovaRange range) {
            return Long.compareUnsigned(first(slot), range.last()) <= 0;
        }

        /** The first slot whose mapping ends at {@code address} or above; {@code count} if none. */
        int slotReaching(long address) {
            if (count == 0 || Long.compareUnsigned(last(count - 1), address) < 0) {
                return count; // Here, too, what comes next is most often above all else.
            }
            int low = 0;
            int high = count;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (Long.compareUnsigned(last(middle), address) < 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        Mapping mapping(int slot) {
            IovaRange range = new IovaRange(first(slot), last(slot));
            int at = slot * NUMBERS;
            Access access = access(numbers[at + ACCESS]);
            return new Mapping(range, numbers[at + VADDR], access, file(slot));
        }

        private Optional<MemoryFile> file(int slot) {
            return files == null ? Optional.empty() : Optional.ofNullable(files[slot]);
        }

        private static Access access(long bits) {
            boolean readable = (bits & READABLE) != 0;
            if (readable && (bits & WRITABLE) != 0) {
                return Access.READ_WRITE;
            }
            return readable ? Access.READ : Access.WRITE;
        }

        boolean isGuest(int slot) {
            return (numbers[slot * NUMBERS + ACCESS] & GUEST) != 0;
        }

        int guests(int from, int to) {
            int count = 0;
            for (int i = from; i < to; i++) {
                count += isGuest(i) ? 1 : 0;
            }
            return count;
        }

        void insert(int slot, IovaRange range, long vaddr, long bits, @Nullable MemoryFile file) {
            move(slot, this, slot + 1, count - slot);
            int at = slot * NUMBERS;
            numbers[at + FIRST] = range.first();
            numbers[at + LAST] = range.last();
            numbers[at + VADDR] = vaddr;
            numbers[at + ACCESS] = bits;
            if (file != null || files != null) {
                filesOf(this)[slot] = file;
            }
            count++;
        }

        void delete(int from, int to) {
            move(to, this, from, count - to);
            count -= to - from;
        }

        void moveHalfTo(Run upper) {
            int kept = count / 2;
            move(kept, upper, 0, count - kept);
            upper.count = count - kept;
            count = kept;
        }

        private void move(int from, Run to, int at, int slots) {
            if (slots > 0) { // A copy of nothing costs as much as finding out where it goes.
                System.arraycopy(
                        numbers, from * NUMBERS, to.numbers, at * NUMBERS, slots * NUMBERS);
                if (files != null || to.files != null) {
                    System.arraycopy(filesOf(this), from, filesOf(to), at, slots);
                }
            }
        }

        private static @Nullable MemoryFile[] filesOf(Run run) {
            if (run.files == null) {
                run.files = new MemoryFile[RUN];
            }
            return run.files;
        }
    }
}
