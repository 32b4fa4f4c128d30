// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.jvfio.Access;
import org.jvfio.DmaWindow;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;
import org.jvfio.VfioException;
import org.jvfio.spi.DirtyTracking;
import org.jvfio.spi.DmaWindows;
import org.jvfio.spi.MemoryRegistration;
import org.jvfio.spi.Teardown;
import org.jvfio.spi.VFIOIOMMUOps;

/**
 * Page tables that translate in windows, used like others.
 *
 * <p>Their kernel unmaps within a window only and does not say how much, and maps only memory that
 * is registered: so this knows the windows and what is mapped in them, unmaps one mapping at a
 * time, and registers memory before it is mapped.
 *
 * <p><b>Threads.</b> Not safe: the address space's lock guards it.
 */
final class WindowedTables implements VFIOIOMMUOps {
    private final VFIOIOMMUOps tables;
    private final DmaWindows source;
    private final @Nullable MemoryRegistration registration;
    private final RegisteredPieces pieces;
    private final List<DmaWindow> windows;
    private final TreeMap<Long, Mapping> mapped = new TreeMap<>(Long::compareUnsigned);

    WindowedTables(VFIOIOMMUOps tables, DmaWindows source, RegisteredPieces pieces) {
        this.tables = tables;
        this.source = source;
        this.registration = tables.memoryRegistration().orElse(null);
        this.pieces = pieces;
        this.windows = new ArrayList<>(source.first());
    }

    List<DmaWindow> windows() {
        return List.copyOf(windows);
    }

    int mostWindows() {
        return source.most();
    }

    /** The sizes of page that a new window can have. */
    long windowPageSizes() {
        return source.pageSizes();
    }

    DmaWindow create(long bytes, int pageShift) {
        DmaWindow made = source.create(bytes, pageShift);
        windows.add(made);
        windows.sort(Comparator.comparing(window -> window.range().first(), Long::compareUnsigned));
        return made;
    }

    void remove(DmaWindow window) {
        source.remove(window);
        windows.remove(window);
    }

    /** Registers memory until it is released as often as this was called. */
    void hold(long vaddr, long length) {
        if (registration != null) {
            pieces.hold(registration, vaddr, length);
        }
    }

    void release(long vaddr, long length) {
        if (registration != null) {
            pieces.release(registration, vaddr, length);
        }
    }

    @Override
    public String name() {
        return tables.name();
    }

    @Override
    public List<IovaRange> apertures() {
        return windows.stream().map(DmaWindow::range).toList();
    }

    /** Those of the windows that there are, and of those that there can be. */
    @Override
    public long pageSizes() {
        long sizes = source.pageSizes();
        for (DmaWindow window : windows) {
            sizes |= window.pageSize();
        }
        return sizes;
    }

    @Override
    public boolean nestingParentBypassesReadOnly() {
        return tables.nestingParentBypassesReadOnly();
    }

    @Override
    public OptionalInt mappingsLeft() {
        return tables.mappingsLeft();
    }

    @Override
    public void map(IovaRange range, long vaddr, Access access) {
        register(range, vaddr);
        try {
            tables.map(range, vaddr, access);
        } catch (RuntimeException refused) {
            throw Teardown.after(refused, () -> release(vaddr, range.length()));
        }
        mapped.put(range.first(), new Mapping(range, vaddr, access));
    }

    private void register(IovaRange range, long vaddr) {
        try {
            hold(vaddr, range.length());
        } catch (VfioException refused) {
            throw new VfioException(
                    range + " on " + name(),
                    refused.request(),
                    refused.errno().orElse(0),
                    String.valueOf(refused.getMessage()),
                    refused);
        }
    }

    @Override
    public long unmap(IovaRange range) {
        List<Mapping> doomed = new ArrayList<>();
        for (Mapping mapping : mapped.subMap(range.first(), true, range.last(), true).values()) {
            if (range.contains(mapping.range())) {
                doomed.add(mapping);
            }
        }
        for (int i = 0; i < doomed.size(); i++) {
            try {
                tables.unmap(doomed.get(i).range());
            } catch (VfioException refused) {
                throw putBack(refused, doomed.subList(0, i));
            }
        }
        long bytes = 0;
        for (Mapping mapping : doomed) {
            mapped.remove(mapping.range().first());
            release(mapping.vaddr(), mapping.range().length());
            bytes += mapping.range().length();
        }
        return bytes;
    }

    private VfioException putBack(VfioException refused, List<Mapping> lost) {
        for (Mapping mapping : lost) {
            Teardown.after(
                    refused, () -> tables.map(mapping.range(), mapping.vaddr(), mapping.access()));
        }
        return refused;
    }

    @Override
    public long unmapAll() {
        return unmap(IovaRange.ALL);
    }

    @Override
    public Optional<DmaWindows> dmaWindows() {
        return tables.dmaWindows();
    }

    @Override
    public Optional<MemoryRegistration> memoryRegistration() {
        return tables.memoryRegistration();
    }

    @Override
    public Optional<DirtyTracking> dirtyTracking() {
        return tables.dirtyTracking();
    }

    @Override
    public Optional<String> dirtyTrackingObstacle() {
        return tables.dirtyTrackingObstacle();
    }

    /** The kernel unregisters what is registered. */
    @Override
    public void close() {
        mapped.clear();
        if (registration != null) {
            pieces.forget(registration);
        }
        tables.close();
    }
}
