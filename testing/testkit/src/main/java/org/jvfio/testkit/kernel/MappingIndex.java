// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Mappings in the order of an address, and of a second one where that is equal; both unsigned.
 *
 * <p>They stand in sorted runs in a sorted list of runs. Finding one takes two binary searches over
 * memory that is close together, which with many thousands is several times faster than a tree.
 */
final class MappingIndex {
    private static final int RUN = 64;
    private static final long LARGEST = -1;

    private final List<Run> runs = new ArrayList<>();

    /** The lowest address of each run, apart from them so that a search stays in the caches. */
    private long[] lowest = new long[1];

    private int size;

    MappingIndex() {
        runs.add(new Run());
    }

    int size() {
        return size;
    }

    void add(long address, long second, DmaMapping mapping) {
        int at = lastRunUpTo(address, second);
        Run run = runs.get(at);
        int slot = run.countUpTo(address, second);
        if (run.count == RUN) {
            // Who maps upwards fills each run before the next begins.
            int kept = slot == RUN ? RUN : RUN / 2;
            insert(at + 1, run.split(kept));
            if (slot == RUN || slot > kept) {
                at++;
                slot -= kept;
            }
        }
        runs.get(at).insert(slot, address, second, mapping);
        lowest[at] = runs.get(at).addresses[0];
        size++;
    }

    private void insert(int at, Run run) {
        if (runs.size() == lowest.length) {
            lowest = Arrays.copyOf(lowest, 2 * lowest.length);
        }
        System.arraycopy(lowest, at, lowest, at + 1, runs.size() - at);
        runs.add(at, run);
        lowest[at] = run.addresses[0];
    }

    void remove(long address, long second, DmaMapping mapping) {
        int at = lastRunUpTo(address, second);
        int slot = runs.get(at).countUpTo(address, second) - 1;
        while (runs.get(at).mappings[slot] != mapping) {
            if (--slot < 0) {
                at--;
                slot = runs.get(at).count - 1;
            }
        }
        delete(at, slot);
    }

    private void delete(int at, int slot) {
        Run run = runs.get(at);
        run.delete(slot);
        lowest[at] = run.addresses[0];
        if (run.count == 0 && runs.size() > 1) {
            runs.remove(at);
            System.arraycopy(lowest, at + 1, lowest, at, runs.size() - at);
        }
        size--;
    }

    /** The last mapping that begins at {@code address} or below. */
    @Nullable DmaMapping lastUpTo(long address) {
        Run run = runs.get(lastRunUpTo(address, LARGEST));
        int count = run.countUpTo(address, LARGEST);
        return count == 0 ? null : run.mappings[count - 1];
    }

    /** The mappings that begin in a range, in order. */
    List<DmaMapping> beginningIn(long first, long last) {
        List<DmaMapping> found = new ArrayList<>();
        int at = first == 0 ? 0 : lastRunUpTo(first - 1, LARGEST);
        int slot = first == 0 ? 0 : runs.get(at).countUpTo(first - 1, LARGEST);
        for (; at < runs.size(); at++) {
            Run run = runs.get(at);
            for (; slot < run.count; slot++) {
                if (Long.compareUnsigned(run.addresses[slot], last) > 0) {
                    return found;
                }
                found.add(run.mappings[slot]);
            }
            slot = 0;
        }
        return found;
    }

    List<DmaMapping> all() {
        return beginningIn(0, LARGEST);
    }

    private int lastRunUpTo(long address, long second) {
        int low = 0;
        int high = runs.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            int order = Long.compareUnsigned(lowest[middle], address);
            if (order < 0 || (order == 0 && runs.get(middle).compare(0, address, second) <= 0)) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private static final class Run {
        final long[] addresses = new long[RUN];
        final long[] seconds = new long[RUN];
        final DmaMapping[] mappings = new DmaMapping[RUN];
        int count;

        int compare(int slot, long address, long second) {
            int order = Long.compareUnsigned(addresses[slot], address);
            return order != 0 ? order : Long.compareUnsigned(seconds[slot], second);
        }

        /** How many are not above. */
        int countUpTo(long address, long second) {
            int low = 0;
            int high = count;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (compare(middle, address, second) <= 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        void insert(int slot, long address, long second, DmaMapping mapping) {
            move(slot, this, slot + 1, count - slot);
            addresses[slot] = address;
            seconds[slot] = second;
            mappings[slot] = mapping;
            count++;
        }

        void delete(int slot) {
            move(slot + 1, this, slot, count - slot - 1);
            Arrays.fill(mappings, count - 1, count, null);
            count--;
        }

        /** Moves all but the first {@code kept} into a new run. */
        Run split(int kept) {
            Run upper = new Run();
            upper.count = count - kept;
            move(kept, upper, 0, upper.count);
            Arrays.fill(mappings, kept, count, null);
            count = kept;
            return upper;
        }

        private void move(int from, Run to, int at, int slots) {
            System.arraycopy(addresses, from, to.addresses, at, slots);
            System.arraycopy(seconds, from, to.seconds, at, slots);
            System.arraycopy(mappings, from, to.mappings, at, slots);
        }
    }
}
