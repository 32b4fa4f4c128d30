// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jvfio.Access;
import org.jvfio.IovaRange;
import org.jvfio.VfioException;
import org.jvfio.spi.FileMapping;
import org.jvfio.spi.VFIOIOMMUOps;

/** Page tables in memory, which refuse when they are told to. */
final class FakeTables implements VFIOIOMMUOps, FileMapping {
    final TreeMap<Long, IovaRange> mapped = new TreeMap<>(Long::compareUnsigned);
    final List<String> requests = new ArrayList<>();
    List<IovaRange> apertures = List.of(IovaRange.ALL);
    long pageSizes = 0x1000;
    boolean mapsFiles;
    boolean refusing;
    boolean silent;

    @Override
    public String name() {
        return "fake tables";
    }

    @Override
    public List<IovaRange> apertures() {
        return apertures;
    }

    @Override
    public boolean nestingParentBypassesReadOnly() {
        return false;
    }

    @Override
    public long pageSizes() {
        if (silent) {
            throw new VfioException("fake tables", "page sizes", "told not to say");
        }
        return pageSizes;
    }

    @Override
    public OptionalInt mappingsLeft() {
        return OptionalInt.of(100 - mapped.size());
    }

    @Override
    public void map(IovaRange range, long vaddr, Access access) {
        ask("map " + range);
        mapped.put(range.first(), range);
    }

    @Override
    public Optional<FileMapping> fileMapping() {
        return mapsFiles ? Optional.of(this) : Optional.empty();
    }

    @Override
    public void map(IovaRange range, int descriptor, long offset, Access access) {
        ask("map %s from descriptor %d at 0x%x".formatted(range, descriptor, offset));
        mapped.put(range.first(), range);
    }

    @Override
    public long unmap(IovaRange range) {
        ask("unmap " + range);
        return remove(range);
    }

    @Override
    public long unmapAll() {
        ask("unmap all");
        return remove(IovaRange.ALL);
    }

    private long remove(IovaRange range) {
        long bytes =
                mapped.values().stream().filter(range::contains).mapToLong(IovaRange::length).sum();
        mapped.values().removeIf(range::contains);
        return bytes;
    }

    private void ask(String request) {
        requests.add(request);
        if (refusing) {
            throw new VfioException("fake tables", request, "told to refuse");
        }
    }

    @Override
    public Optional<String> dirtyTrackingObstacle() {
        return Optional.of("they are fake");
    }

    @Override
    public void close() {}
}
