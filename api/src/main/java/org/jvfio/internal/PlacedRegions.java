// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jvfio.MemoryRegion;
import org.jvfio.MemorySection;

/**
 * The sections of the regions that change by themselves: those of a virtual IOMMU, and memory that
 * comes and goes.
 *
 * <p><b>Threads.</b> Not safe: the address space's lock guards it.
 */
final class PlacedRegions {
    private final Map<MemoryRegion, List<MemorySection>> sections = new HashMap<>();

    /** Adds a section; says whether it is the first of its region. */
    boolean add(MemorySection section) {
        List<MemorySection> all =
                sections.computeIfAbsent(section.region(), region -> new ArrayList<>());
        all.add(section);
        return all.size() == 1;
    }

    /** Removes a section; says whether it was the last of its region. */
    boolean remove(MemorySection section) {
        List<MemorySection> all = of(section.region());
        all.remove(section);
        return all.isEmpty() && sections.remove(section.region()) != null;
    }

    /** The sections of a region. */
    List<MemorySection> of(MemoryRegion region) {
        return sections.getOrDefault(region, List.of());
    }

    void forEachRegion(Consumer<MemoryRegion> each) {
        sections.keySet().forEach(each);
    }

    /** How many mappings all blocks need, if every one is populated. */
    private long blocks() {
        long blocks = 0;
        for (List<MemorySection> placed : sections.values()) {
            for (MemorySection section : placed) {
                if (section.region() instanceof DiscardableBlocks memory) {
                    blocks += memory.blocksIn(section.offset(), section.range().length());
                }
            }
        }
        return blocks;
    }

    private long mappedIn(PageTables pages) {
        long mapped = 0;
        for (List<MemorySection> of : sections.values()) {
            for (MemorySection section : of) {
                mapped += pages.guestMappings(section.range()).size();
            }
        }
        return mapped;
    }

    /**
     * What is wrong with the blocks for page tables that take {@code total} mappings, in words;
     * empty if nothing is.
     */
    String excess(PageTables pages, OptionalInt total) {
        long blocks = blocks();
        if (blocks == 0 || total.isEmpty()) {
            return "";
        }
        long others = pages.size() - mappedIn(pages);
        return blocks + others <= total.getAsInt()
                ? ""
                : ("memory that comes and goes can need %d mappings, and with %d others that is"
                                + " more than the %d that the kernel takes; choose larger blocks,"
                                + " or raise vfio_iommu_type1.dma_entry_limit")
                        .formatted(blocks, others, total.getAsInt());
    }
}
