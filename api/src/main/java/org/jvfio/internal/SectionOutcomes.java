// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jvfio.MemoryFailureHandler;
import org.jvfio.MemoryListener.Outcome;
import org.jvfio.MemoryListener.SectionState;
import org.jvfio.MemorySection;
import org.jvfio.VfioException;
import org.jvfio.internal.SectionFailures.Failure;

/** What was refused of the sections that are there, and who is told. */
final class SectionOutcomes {
    private static final System.Logger LOG = System.getLogger(SectionOutcomes.class.getName());

    private final Map<MemorySection, String> refused = new HashMap<>();
    private volatile MemoryFailureHandler handler =
            (section, refusal) ->
                    LOG.log(
                            System.Logger.Level.WARNING,
                            () -> "devices do not reach " + section + " as they should",
                            refusal);

    void handler(MemoryFailureHandler wanted) {
        handler = wanted;
    }

    /** Guarded by the address space's lock. */
    void note(List<Failure> failures) {
        for (Failure failure : failures) {
            note(failure.section(), failure.refusal());
        }
    }

    /** Whether nothing was refused. Guarded by the address space's lock. */
    boolean allWell() {
        return refused.isEmpty();
    }

    /** Guarded by the address space's lock. */
    void note(MemorySection section, VfioException refusal) {
        refused.put(section, String.valueOf(refusal.getMessage()));
    }

    /** Guarded by the address space's lock. */
    void forget(MemorySection section) {
        if (!refused.isEmpty()) {
            refused.remove(section);
        }
    }

    /** Tells the handler; no lock is held. */
    void report(List<Failure> failures) {
        MemoryFailureHandler told = handler;
        failures.forEach(failure -> told.failed(failure.section(), failure.refusal()));
    }

    /** Guarded by the address space's lock. */
    SectionState state(MemorySection section, long pageSize) {
        Optional<String> skipped = SectionMap.whySkipped(section, pageSize);
        if (skipped.isPresent()) {
            return new SectionState(section, Outcome.SKIPPED, skipped.get());
        }
        String refusal = refused.get(section);
        return refusal == null
                ? new SectionState(section, Outcome.MAPPED, "")
                : new SectionState(section, Outcome.FAILED, refusal);
    }
}
