// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;

/**
 * The windows of a container with POWER's IOMMU, as a pseries kernel (Linux 7.3) keeps them.
 *
 * <p>It has room for two. The first is there to begin with, but its table is made when it is first
 * needed. One more is made by the firmware, at an address of its own; where the firmware refuses,
 * the kernel asks it no more for this host bridge.
 */
final class TceWindows {
    static final int PAGE_SHIFT = 12;
    static final long FIRST_SIZE = 0x40000000L;
    static final long SECOND_START = 0x0800_0000_0000_0000L;
    static final long PAGE_SIZES = 0x1211000L;
    static final int MOST = 2;
    static final int LEVELS = 1;

    private static final int ENTRY = 8;
    private static final long MOST_ENTRIES = 1L << 37;

    /** A run of addresses, and the size of its pages. */
    record Window(long start, long size, int shift) {
        boolean contains(long iova) {
            return iova - start >= 0 && iova - start < size;
        }

        private long tableBytes() {
            return (size >>> shift) * ENTRY;
        }

        private boolean isFirmwares() {
            return start == SECOND_START;
        }
    }

    private final Machine machine;
    private final IntSupplier groups;
    private final Set<Integer> failed;
    private final @Nullable Window[] slots = new @Nullable Window[MOST];
    private boolean pending = true;

    /**
     * The first window.
     *
     * @param groups how many groups are in the container
     * @param failed to which 0 is added when the firmware has refused
     */
    TceWindows(Machine machine, IntSupplier groups, Set<Integer> failed) {
        this.machine = machine;
        this.groups = groups;
        this.failed = failed;
    }

    /** Makes the first window's table, if nobody did and the window was not removed. */
    void ensureFirst() {
        if (pending) {
            pending = false;
            try {
                create(FIRST_SIZE, PAGE_SHIFT, LEVELS);
            } catch (Refused refused) {
                pending = true;
                throw refused;
            }
        }
    }

    /** The window that holds an address. */
    Window at(long iova, Errno refusal) {
        for (Window window : slots) {
            if (window != null && window.contains(iova)) {
                return window;
            }
        }
        throw new Refused(refusal);
    }

    List<Window> all() {
        List<Window> all = new ArrayList<>();
        for (Window window : slots) {
            if (window != null) {
                all.add(window);
            }
        }
        return all;
    }

    /** Makes a window, and answers where it begins. */
    long create(long size, int shift, int levels) {
        int slot = slots[0] == null ? 0 : 1;
        Refused.when(slots[slot] != null, Errno.ENOSPC);
        Refused.when(shift < 0 || shift >= Long.SIZE, Errno.EINVAL);
        Refused.when((PAGE_SIZES & 1L << shift) == 0, Errno.EINVAL);
        Refused.when(Long.bitCount(size) != 1 || levels > LEVELS, Errno.EINVAL);
        Refused.when(!failed.isEmpty(), Errno.ENODEV);
        boolean firmwares = all().stream().anyMatch(Window::isFirmwares);
        boolean small = size <= FIRST_SIZE && shift == PAGE_SHIFT;
        Refused.when(slot == 0 && firmwares, Errno.EPERM);
        Window window = new Window(slot == 0 && small ? 0 : SECOND_START, size, shift);
        Refused.when(size >>> shift > MOST_ENTRIES, Errno.EINVAL);
        if (firmwares) {
            failed.add(0);
            throw new Refused(Errno.ENODEV);
        }
        charge(window.tableBytes());
        if (groups.getAsInt() > 1) {
            charge(-window.tableBytes());
            throw new Refused(Errno.EPERM);
        }
        slots[slot] = window;
        return window.start();
    }

    private void charge(long bytes) {
        machine.pins().charge(PinAccount.Kind.LOCKED, bytes / machine.pageSize());
    }

    /** Removes the window that holds an address. */
    void remove(long start, Consumer<Window> clear) {
        if (pending && start == 0) {
            pending = false;
            return;
        }
        Window window = at(start, Errno.EINVAL);
        clear.accept(window);
        for (int i = 0; i < slots.length; i++) {
            if (window.equals(slots[i])) {
                slots[i] = null;
            }
        }
        charge(-window.tableBytes());
    }
}
