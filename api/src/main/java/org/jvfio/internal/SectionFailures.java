// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jvfio.IovaRange;
import org.jvfio.MemorySection;
import org.jvfio.VfioException;

/** What was refused while a guest's memory map was made to hold, by section. */
final class SectionFailures {
    private final List<Failure> all = new ArrayList<>();
    private final SectionMap sections;
    private final Collection<MemorySection> removed;

    /**
     * @param sections those that are there
     * @param removed those that were there before
     */
    SectionFailures(SectionMap sections, Collection<MemorySection> removed) {
        this.sections = sections;
        this.removed = List.copyOf(removed);
    }

    /** Notes a refusal for each section that has addresses in {@code range}. */
    void add(IovaRange range, VfioException refusal) {
        int before = all.size();
        for (MemorySection section : sections.within(range)) {
            all.add(new Failure(section, refusal));
        }
        for (MemorySection section : removed) {
            if (all.size() == before && section.range().overlaps(range)) {
                all.add(new Failure(section, refusal));
            }
        }
    }

    void add(MemorySection section, VfioException refusal) {
        all.add(new Failure(section, refusal));
    }

    List<Failure> all() {
        return all;
    }

    /** Throws the first refusal, if there was one, with the others as suppressed. */
    void throwFirst() {
        if (all.isEmpty()) {
            return;
        }
        VfioException first = all.get(0).refusal();
        for (Failure failure : all) {
            if (failure.refusal() != first) {
                first.addSuppressed(failure.refusal());
            }
        }
        throw first;
    }

    /** A section and what was refused about it. */
    record Failure(MemorySection section, VfioException refusal) {}
}
