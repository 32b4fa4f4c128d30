// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jvfio.linux.Abi;

/**
 * Something that the tests in guests are about, and where they can be.
 *
 * @param name what the report calls it
 * @param run the class that tests it in a guest, if one does
 * @param seam the names of the testkit's tests of the seam that do, if those do
 * @param real the architectures whose guests have what it needs
 * @param simulated the others that it concerns, with the reason why their guests do not show it:
 *     the simulated kernel does, in each build
 */
record Subject(
        String name,
        Optional<Class<?>> run,
        List<String> seam,
        Set<Abi> real,
        Map<Abi, String> simulated) {
    /** What is tested by a class of this module. */
    static Subject of(String name, Class<?> run) {
        return new Subject(name, Optional.of(run), List.of(), Set.of(), Map.of());
    }

    /** What is tested by the testkit's tests of the seam: those with these names, or all. */
    static Subject seam(String name, String... tests) {
        List<String> all = tests.length == 0 ? List.of("\\w*Test") : List.of(tests);
        return new Subject(name, Optional.empty(), all, Set.of(), Map.of());
    }

    /** What no emulated machine has. */
    static Subject ofNoGuest(String name) {
        return new Subject(name, Optional.empty(), List.of(), Set.of(), Map.of());
    }

    /** The same, with guests that have what it needs. */
    Subject on(Abi... guests) {
        return new Subject(name, run, seam, Set.of(guests), simulated);
    }

    /** The same, with an architecture whose guest does not show it, but the simulated kernel. */
    Subject simulatedOn(Abi abi, String reason) {
        Map<Abi, String> more = new EnumMap<>(Abi.class);
        more.putAll(simulated);
        more.put(abi, reason);
        return new Subject(name, run, seam, real, Map.copyOf(more));
    }
}
