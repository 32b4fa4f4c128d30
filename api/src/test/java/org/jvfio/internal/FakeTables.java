// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jvfio.Access;
import org.jvfio.IovaRange;
import org.jvfio.VfioException;
import org.jvfio.spi.VFIOIOMMUOps;

/** Page tables in memory, which refuse when they are told to. */
final class FakeTables implements VFIOIOMMUOps {
    final TreeMap<Long, IovaRange> mapped = new TreeMap<>(Long::compareUnsigned);
    final List<String> requests = new ArrayList<>();
    List<IovaRange> apertures = List.of(IovaRange.ALL);
    long pageSizes = 0x1000;
    boolean refusing;

    @Override
    public String name() {
        return "fake tables";
    }

    @Override
    public List<IovaRange> apertures() {
        return apertures;
    }

    @Override
    public long pageSizes() {
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
    public void unmap(IovaRange range) {
        ask("unmap " + range);
        mapped.values().removeIf(range::contains);
    }

    @Override
    public void unmapAll() {
        ask("unmap all");
        mapped.clear();
    }

    private void ask(String request) {
        requests.add(request);
        if (refusing) {
            throw new VfioException("fake tables", request, "told to refuse");
        }
    }

    @Override
    public void close() {}
}
