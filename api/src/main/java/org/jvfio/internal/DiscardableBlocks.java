// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jvfio.DiscardableRam;
import org.jvfio.RamRegion;
import org.jvfio.spi.Teardown;

/**
 * Which blocks of a guest's memory are populated, and who has to know.
 *
 * <p>Observers are told that something changed and look what there is now, so that the last of
 * several changes counts, in whichever order they are told.
 */
public final class DiscardableBlocks implements DiscardableRam {
    private final RamRegion memory;
    private final long granularity;
    private final BitSet populated = new BitSet(); // Its own lock is taken last.
    private final List<Observer> observers = new CopyOnWriteArrayList<>();

    /** Blocks of {@code granularity} bytes, none populated. */
    public DiscardableBlocks(RamRegion memory, long granularity) {
        if (Long.bitCount(granularity) != 1 || granularity < 0) {
            throw new IllegalArgumentException(
                    "%s: granularity 0x%x is no power of two".formatted(memory, granularity));
        }
        if ((memory.vaddr() & granularity - 1) != 0 || (memory.size() & granularity - 1) != 0) {
            throw new IllegalArgumentException(
                    "%s: vaddr 0x%x and size 0x%x are not multiples of the granularity 0x%x"
                            .formatted(memory, memory.vaddr(), memory.size(), granularity));
        }
        if (memory.size() / granularity > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "%s: more than 2^31 blocks of 0x%x bytes".formatted(memory, granularity));
        }
        this.memory = memory;
        this.granularity = granularity;
    }

    @Override
    public RamRegion memory() {
        return memory;
    }

    @Override
    public long granularity() {
        return granularity;
    }

    @Override
    public long populatedBytes() {
        synchronized (populated) {
            return populated.cardinality() * granularity;
        }
    }

    @Override
    public boolean isPopulated(long offset) {
        checkWithin(offset, 1);
        synchronized (populated) {
            return populated.get((int) (offset / granularity));
        }
    }

    @Override
    public void populate(long offset, long bytes) {
        change(offset, bytes, true);
    }

    @Override
    public void discard(long offset, long bytes) {
        change(offset, bytes, false);
    }

    private void change(long offset, long bytes, boolean wanted) {
        checkBlocks(offset, bytes);
        BitSet changed = set(offset, bytes, wanted);
        if (changed.isEmpty()) {
            return;
        }
        try {
            observers.forEach(observer -> observer.changed(this, offset, bytes));
        } catch (RuntimeException refused) {
            takeBack(changed, wanted);
            for (Observer observer : observers) {
                Teardown.after(refused, () -> observer.changed(this, offset, bytes));
            }
            throw refused;
        }
    }

    /** Sets or clears bits, and answers which were different. */
    private BitSet set(long offset, long bytes, boolean wanted) {
        int from = (int) (offset / granularity);
        int to = (int) ((offset + bytes) / granularity);
        BitSet changed = new BitSet();
        changed.set(from, to);
        synchronized (populated) {
            if (wanted) {
                changed.andNot(populated);
                populated.or(changed);
            } else {
                changed.and(populated);
                populated.andNot(changed);
            }
        }
        return changed;
    }

    private void takeBack(BitSet changed, boolean wanted) {
        synchronized (populated) {
            if (wanted) {
                populated.andNot(changed);
            } else {
                populated.or(changed);
            }
        }
    }

    void observe(Observer observer) {
        observers.add(observer);
    }

    void forget(Observer observer) {
        observers.remove(observer);
    }

    /** Gives each populated block that has bytes of this run to {@code each}, lowest first. */
    void eachPopulated(long offset, long bytes, Block each) {
        int to = (int) ((offset + bytes - 1) / granularity);
        int next = nextPopulated((int) (offset / granularity));
        while (next >= 0 && next <= to) {
            each.is(next * granularity, granularity);
            next = nextPopulated(next + 1);
        }
    }

    private int nextPopulated(int from) {
        synchronized (populated) {
            return populated.nextSetBit(from);
        }
    }

    /** How many mappings a run can need. */
    long blocksIn(long offset, long bytes) {
        return (offset + bytes - 1) / granularity - offset / granularity + 1;
    }

    private void checkBlocks(long offset, long bytes) {
        checkWithin(offset, bytes);
        if ((offset & granularity - 1) != 0 || (bytes & granularity - 1) != 0) {
            throw new IllegalArgumentException(
                    "%s: 0x%x bytes at offset 0x%x are not whole blocks of 0x%x"
                            .formatted(memory, bytes, offset, granularity));
        }
    }

    private void checkWithin(long offset, long bytes) {
        if (bytes <= 0 || offset < 0 || offset > memory.size() - bytes) {
            throw new IllegalArgumentException(
                    "%s: 0x%x bytes at offset 0x%x are not in its 0x%x"
                            .formatted(memory, bytes, offset, memory.size()));
        }
    }

    @Override
    public String toString() {
        return name();
    }

    /** Who keeps page tables equal to what is populated. */
    interface Observer {
        /** Looks at these blocks anew. */
        void changed(DiscardableBlocks region, long offset, long bytes);
    }

    /** A block. */
    interface Block {
        /** Takes a block. */
        void is(long offset, long bytes);
    }
}
