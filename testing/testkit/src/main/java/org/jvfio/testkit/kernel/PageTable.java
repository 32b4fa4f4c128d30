// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Mappings by I/O virtual address, lowest first; none overlaps another. */
final class PageTable {
    private final TreeMap<Long, DmaMapping> mappings = new TreeMap<>(Long::compareUnsigned);

    void add(DmaMapping mapping) {
        mappings.put(mapping.iova, mapping);
    }

    void remove(DmaMapping mapping) {
        mappings.remove(mapping.iova);
    }

    Collection<DmaMapping> all() {
        return List.copyOf(mappings.values());
    }

    int size() {
        return mappings.size();
    }

    /** The mapping that {@code iova} is in. */
    @Nullable DmaMapping at(long iova) {
        Map.Entry<Long, DmaMapping> below = mappings.floorEntry(iova);
        return below != null && Long.compareUnsigned(iova, below.getValue().last()) <= 0
                ? below.getValue()
                : null;
    }

    /** The mappings that reach into a range, lowest first. */
    List<DmaMapping> overlapping(long first, long last) {
        List<DmaMapping> found = new ArrayList<>();
        DmaMapping lowest = at(first);
        if (lowest != null) {
            found.add(lowest);
        }
        mappings.subMap(first, lowest == null, last, true).values().stream()
                .filter(mapping -> mapping != lowest)
                .forEach(found::add);
        return found;
    }
}
