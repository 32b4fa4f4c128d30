// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.jvfio.DmaWindow;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;
import org.jvfio.VfioException;
import org.jvfio.spi.Teardown;

/**
 * The windows that the page tables of an address space have, where they translate in windows: all
 * of them the same ones.
 *
 * <p><b>Threads.</b> Not safe: the address space's lock guards it.
 */
final class WindowBook {
    /** What nobody chose the size of is at least this large. */
    private static final long USUAL_BYTES = 1L << 31;

    /** What nobody chose the size of has no more pages, each of which takes 8 bytes of a table. */
    private static final long MOST_PAGES = 1L << 27;

    private static final String OBJECT = "windows";

    private final List<Container> containers;
    private final long hostPageSize;
    private List<DmaWindow> wanted = List.of();
    private boolean known;
    private @Nullable DmaWindow made;

    /**
     * No windows yet.
     *
     * @param containers those of the address space, as they come and go
     */
    WindowBook(List<Container> containers, long hostPageSize) {
        this.containers = containers;
        this.hostPageSize = hostPageSize;
    }

    /** Whether a device is behind page tables in windows. */
    boolean exists() {
        return !tables().isEmpty();
    }

    private List<WindowedTables> tables() {
        return containers.stream().map(Container::windowed).flatMap(Optional::stream).toList();
    }

    List<DmaWindow> all() {
        return wanted;
    }

    int most() {
        return tables().stream().mapToInt(WindowedTables::mostWindows).min().orElse(0);
    }

    /** The sizes of page that a new window can have. */
    long pageSizes() {
        return exists()
                ? tables().stream()
                        .mapToLong(WindowedTables::windowPageSizes)
                        .reduce(-1, (a, b) -> a & b)
                : 0;
    }

    /** Those of {@code apertures} that any memory of this process can be mapped in. */
    List<IovaRange> forHostPages(List<IovaRange> apertures) {
        if (!exists()) {
            return apertures;
        }
        return apertures.stream().filter(this::takesHostPages).toList();
    }

    private boolean takesHostPages(IovaRange range) {
        return wanted.stream()
                .noneMatch(w -> w.pageSize() > hostPageSize && w.range().overlaps(range));
    }

    /** Refuses what is not whole pages of the window that it is in. */
    void checkPages(IovaRange range, long vaddr) {
        for (int i = 0; i < wanted.size(); i++) {
            DmaWindow window = wanted.get(i);
            long within = window.pageSize() - 1;
            if (window.range().contains(range)
                    && ((range.first() | range.last() + 1 | vaddr) & within) != 0) {
                throw new IllegalArgumentException(
                        "%s to vaddr 0x%x: not whole pages of the %s"
                                .formatted(range, vaddr, window));
            }
        }
    }

    /** Makes a window in all page tables, or in none. */
    DmaWindow create(long bytes, int pageShift) {
        check(bytes, pageShift);
        List<WindowedTables> all = tables();
        if (all.isEmpty()) {
            throw new VfioException(OBJECT, "create", "no device is attached whose IOMMU has such");
        }
        if (wanted.size() >= most()) {
            throw new VfioException(
                    OBJECT,
                    "create",
                    "%d in use, which is all that the IOMMU has: %s; remove one"
                            .formatted(wanted.size(), wanted));
        }
        DmaWindow made = make(all, bytes, pageShift);
        wanted = all.get(0).windows();
        return made;
    }

    private void check(long bytes, int pageShift) {
        long sizes = pageSizes();
        if (exists() && (pageShift < 0 || (sizes >>> pageShift & 1) == 0)) {
            throw new IllegalArgumentException(
                    sizes == 0
                            ? "a window: this IOMMU has one of its own, and makes no other"
                            : "a window with pages of 2^%d bytes: this IOMMU has sizes 0x%x"
                                    .formatted(pageShift, sizes));
        }
        if (Long.bitCount(bytes) != 1 || bytes < 1L << pageShift) {
            throw new IllegalArgumentException(
                    "a window of 0x%x bytes: a power of two, and at least a page".formatted(bytes));
        }
    }

    private static DmaWindow make(List<WindowedTables> all, long bytes, int pageShift) {
        List<DmaWindow> made = new ArrayList<>();
        try {
            for (WindowedTables tables : all) {
                made.add(tables.create(bytes, pageShift));
                checkAlike(made.get(0), made.get(made.size() - 1), tables);
            }
            return made.get(0);
        } catch (RuntimeException refused) {
            for (int i = 0; i < made.size(); i++) {
                WindowedTables tables = all.get(i);
                DmaWindow window = made.get(i);
                Teardown.after(refused, () -> tables.remove(window));
            }
            throw refused;
        }
    }

    private static void checkAlike(DmaWindow first, DmaWindow other, WindowedTables tables) {
        if (!first.equals(other)) {
            throw new VfioException(
                    tables.name(),
                    "create",
                    "%s for this device, and %s for others; give it an address space of its own"
                            .formatted(other, first));
        }
    }

    /** Removes a window, in which nothing is mapped, from all page tables or from none. */
    void remove(DmaWindow window) {
        if (!wanted.contains(window)) {
            throw new IllegalArgumentException("no " + window + "; there are " + wanted);
        }
        List<WindowedTables> all = tables();
        for (int i = 0; i < all.size(); i++) {
            try {
                all.get(i).remove(window);
            } catch (RuntimeException refused) {
                for (WindowedTables earlier : all.subList(0, i)) {
                    Teardown.after(
                            refused,
                            () -> earlier.create(window.range().length(), window.pageShift()));
                }
                throw refused;
            }
        }
        wanted = wanted.stream().filter(other -> !other.equals(window)).toList();
    }

    /**
     * Gives new page tables the windows of the others, or takes theirs for the address space's if
     * they are the first.
     *
     * @param mapped what will be mapped in them
     */
    void joined(Container container, List<Mapping> mapped) {
        WindowedTables tables = container.windowed().orElse(null);
        if (tables == null) {
            return;
        }
        if (known) {
            equalise(tables);
        } else {
            known = true;
        }
        for (Mapping mapping : mapped) {
            if (!exists() && !Apertures.contain(tables.apertures(), mapping.range())) {
                makeFor(List.of(tables), mapping.range(), mapping.vaddr());
            }
        }
        wanted = tables.windows();
    }

    /**
     * Makes what is missing first: some kernels make a window only beside the one they began with.
     */
    private void equalise(WindowedTables tables) {
        List<DmaWindow> superfluous = new ArrayList<>(tables.windows());
        superfluous.removeAll(wanted);
        for (DmaWindow window : wanted) {
            if (!tables.windows().contains(window)) {
                if (tables.windows().size() >= tables.mostWindows() && !superfluous.isEmpty()) {
                    tables.remove(superfluous.remove(0));
                }
                checkAlike(
                        window, tables.create(window.range().length(), window.pageShift()), tables);
            }
        }
        superfluous.forEach(tables::remove);
    }

    /**
     * Makes a window that holds {@code range}, where none does; {@link #keep} or {@link #abandon}
     * follows.
     *
     * @return whether there is another window now
     */
    boolean makeFor(IovaRange range, long vaddr) {
        List<WindowedTables> all = tables();
        if (made != null || all.isEmpty() || wanted.size() >= most()) {
            return false;
        }
        made = makeFor(all, range, vaddr);
        wanted = all.get(0).windows();
        return made != null;
    }

    /** What was made last is used. */
    void keep() {
        made = null;
    }

    /** Removes what was made last, if it is not used; says whether it was there. */
    boolean abandon() {
        DmaWindow unused = made;
        made = null;
        if (unused != null) {
            remove(unused);
        }
        return unused != null;
    }

    private @Nullable DmaWindow makeFor(List<WindowedTables> all, IovaRange range, long vaddr) {
        int shift = usualPageShift(all, range.first() | range.last() + 1 | vaddr);
        if (shift < 0 || range.length() <= 0) {
            return null;
        }
        long bytes = Math.max(USUAL_BYTES, powerOfTwo(range.length()));
        while (bytes > 0 && bytes >>> shift <= MOST_PAGES) {
            DmaWindow window = make(all, bytes, shift);
            if (window.range().contains(range)) {
                return window;
            }
            all.forEach(tables -> tables.remove(window));
            long needed = powerOfTwo(range.last() - window.range().first() + 1);
            if (Ranges.isBelow(range.first(), window.range().first()) || needed <= bytes) {
                return null;
            }
            bytes = needed;
        }
        return null;
    }

    /**
     * Makes a window with room for {@code bytes} in {@code within}; {@link #keep} or {@link
     * #abandon} follows.
     *
     * @return whether there is another window now
     */
    boolean makeRoom(long bytes, IovaRange within) {
        List<WindowedTables> all = tables();
        int shift = usualPageShift(all, 0);
        long size = Math.max(USUAL_BYTES, powerOfTwo(bytes));
        if (all.isEmpty()
                || shift < 0
                || wanted.size() >= most()
                || size <= 0
                || size >>> shift > MOST_PAGES) {
            return false;
        }
        DmaWindow window = make(all, size, shift);
        if (!window.range().overlaps(within)
                || Ranges.overlap(window.range(), within).length() < bytes) {
            all.forEach(tables -> tables.remove(window));
            return false;
        }
        made = window;
        wanted = all.get(0).windows();
        return true;
    }

    /** The largest page that any memory of this process has and {@code places} are multiples of. */
    private int usualPageShift(List<WindowedTables> all, long places) {
        long sizes = hostPageSize | hostPageSize - 1;
        for (WindowedTables tables : all) {
            sizes &= tables.windowPageSizes();
        }
        long fitting =
                places == 0 ? sizes : sizes & ((places & -places) | ((places & -places) - 1));
        return Long.SIZE - 1 - Long.numberOfLeadingZeros(fitting);
    }

    private static long powerOfTwo(long bytes) {
        return Long.bitCount(bytes) == 1 ? bytes : Long.highestOneBit(bytes) << 1;
    }
}
