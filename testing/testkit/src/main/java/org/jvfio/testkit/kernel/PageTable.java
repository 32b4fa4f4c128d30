// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;

/**
 * Mappings by I/O virtual address, lowest first; none overlaps another. Finding, adding and
 * removing one takes longer with the logarithm of how many there are.
 */
final class PageTable {
    private final MappingIndex mappings = new MappingIndex();

    void add(DmaMapping mapping) {
        mappings.add(mapping.iova, 0, mapping);
    }

    void remove(DmaMapping mapping) {
        mappings.remove(mapping.iova, 0, mapping);
    }

    Collection<DmaMapping> all() {
        return mappings.all();
    }

    int size() {
        return mappings.size();
    }

    /** The mapping that {@code iova} is in. */
    @Nullable DmaMapping at(long iova) {
        DmaMapping below = mappings.lastUpTo(iova);
        return below != null && Long.compareUnsigned(iova, below.last()) <= 0 ? below : null;
    }

    /** Whether no mapping reaches into a range. */
    boolean isFree(long first, long last) {
        DmaMapping highest = mappings.lastUpTo(last);
        return highest == null || Long.compareUnsigned(highest.last(), first) < 0;
    }

    /** Refuses a range that has one end inside a mapping. */
    void refuseToCut(long first, long last) {
        DmaMapping atLast = at(last);
        if (atLast != null && atLast.iova == first && atLast.last() == last) {
            return;
        }
        DmaMapping atFirst = at(first);
        boolean cutsFirst = atFirst != null && atFirst.iova != first;
        boolean cutsLast = atLast != null && atLast.last() != last;
        Refused.when(cutsFirst || cutsLast, Errno.EINVAL);
    }

    /** The mappings that reach into a range, lowest first. */
    List<DmaMapping> overlapping(long first, long last) {
        DmaMapping highest = mappings.lastUpTo(last);
        if (highest == null || Long.compareUnsigned(highest.last(), first) < 0) {
            return List.of();
        }
        if (Long.compareUnsigned(highest.iova, first) <= 0) {
            return List.of(highest);
        }
        DmaMapping lowest = at(first);
        return mappings.beginningIn(lowest == null ? first : lowest.iova, last);
    }
}
