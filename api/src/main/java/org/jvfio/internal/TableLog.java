// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import org.jvfio.IovaRange;
import org.jvfio.spi.DirtyTracking;
import org.jvfio.spi.NativeMemory;

/**
 * The log that page tables keep of what devices write through them.
 *
 * @param tracking the page tables' own
 */
record TableLog(DirtyTracking tracking) {
    /**
     * Hands over what of a run is dirty.
     *
     * @param rest takes what the kernel tells though it was not asked for
     */
    void gather(MappedRun run, DirtyScratch scratch, DirtySink sink, DirtySink rest) {
        if (!tracking.wholeMappings()) {
            askInParts(run, scratch, sink);
            return;
        }
        long granule = tracking.pageSize();
        long length = run.last() - run.first() + 1;
        if (!DirtyScratch.fits(length / granule)) {
            run.all(run.from(), run.to(), sink);
            return;
        }
        NativeMemory bits = scratch.zeroed(length / granule);
        tracking.collect(run.first(), length, bits.address());
        if (run.first() != run.from()) {
            run.hand(run.first(), run.from() - 1, bits.window(0), run.first(), granule, rest);
        }
        if (run.last() != run.to()) {
            run.hand(run.to() + 1, run.last(), bits.window(0), run.first(), granule, rest);
        }
        run.hand(run.from(), run.to(), bits.window(0), run.first(), granule, sink);
    }

    private void askInParts(MappedRun run, DirtyScratch scratch, DirtySink sink) {
        long granule = tracking.pageSize();
        long first = run.from() & -granule;
        long last = run.to() | granule - 1;
        for (long at = first; ; at += run.mostBytes()) {
            long end = last - at < run.mostBytes() ? last : at + run.mostBytes() - 1;
            long length = end - at + 1;
            NativeMemory bits = scratch.zeroed(length / granule);
            tracking.collect(at, length, bits.address());
            run.hand(
                    at == first ? run.from() : at,
                    end == last ? run.to() : end,
                    bits.window(0),
                    at,
                    granule,
                    sink);
            if (end == last) {
                return;
            }
        }
    }

    /** Whether {@link #unmap} can be asked about {@code mapping}. */
    boolean canUnmap(IovaRange mapping) {
        return DirtyScratch.fits(mapping.length() / tracking.pageSize());
    }

    /** Unmaps the mapping that is the whole run, and hands over what of it is dirty. */
    long unmap(MappedRun run, IovaRange mapping, DirtyScratch scratch, DirtySink sink) {
        long granule = tracking.pageSize();
        NativeMemory bits = scratch.zeroed(mapping.length() / granule);
        long unmapped = tracking.unmap(mapping, bits.address());
        run.hand(mapping.first(), mapping.last(), bits.window(0), mapping.first(), granule, sink);
        return unmapped;
    }
}
