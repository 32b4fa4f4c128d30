// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jvfio.Access;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;

/**
 * The model of an address space, of which every mapping is known: what must be mapped, and which
 * requests must be refused.
 */
final class MappedPages {
    private final NavigableMap<Long, Mapping> mappings = new TreeMap<>();

    /** Whether a mapping of {@code range} must be refused. */
    boolean overlaps(IovaRange range) {
        return mappings.values().stream().anyMatch(m -> m.range().overlaps(range));
    }

    /** Whether unmapping {@code range} must be refused: it would split a mapping. */
    boolean splits(IovaRange range) {
        return mappings.values().stream()
                .anyMatch(m -> m.range().overlaps(range) && !range.contains(m.range()));
    }

    void add(IovaRange range, long vaddr, Access access) {
        mappings.put(range.first(), new Mapping(range, vaddr, access));
    }

    /** Takes what is in {@code range} away; answers how many bytes that were. */
    long remove(IovaRange range) {
        long bytes = 0;
        for (Mapping mapping : List.copyOf(mappings.values())) {
            if (range.contains(mapping.range())) {
                mappings.remove(mapping.range().first());
                bytes += mapping.range().length();
            }
        }
        return bytes;
    }

    /** The mapping that holds {@code address}. */
    Optional<Mapping> at(long address) {
        return Optional.ofNullable(mappings.floorEntry(address))
                .map(Map.Entry::getValue)
                .filter(m -> m.range().contains(IovaRange.of(address, 1)));
    }

    /** Whether {@code length} bytes are free somewhere in {@code window}. */
    boolean hasRoom(IovaRange window, long length) {
        long free = window.first();
        for (Mapping mapping : mappings.values()) {
            if (window.overlaps(mapping.range())) {
                if (mapping.range().first() - free >= length) {
                    return true;
                }
                free = mapping.range().last() + 1;
            }
        }
        return window.last() + 1 - free >= length;
    }

    void clear() {
        mappings.clear();
    }

    List<Mapping> all() {
        return new ArrayList<>(mappings.values());
    }
}
