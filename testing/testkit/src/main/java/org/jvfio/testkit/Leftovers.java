// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jvfio.testkit.kernel.IommuDomain;
import org.jvfio.testkit.kernel.Machine;

/** What a process has not given back, in words. */
final class Leftovers {
    private Leftovers() {}

    static List<String> of(Machine machine) {
        machine.lock().lock();
        try {
            List<String> left = new ArrayList<>(descriptors(machine));
            left.addAll(machine.mappedBars());
            for (IommuDomain domain : machine.domains()) {
                domain.mappings().forEach(m -> left.add(domain.description() + ": " + m));
            }
            long pinned = machine.lockedBytes() + machine.pinnedBytes();
            if (pinned > 0) {
                left.add(pinned + " bytes pinned");
            }
            return List.copyOf(left);
        } finally {
            machine.lock().unlock();
        }
    }

    static List<String> descriptors(Machine machine) {
        machine.lock().lock();
        try {
            return new TreeMap<>(machine.descriptors().open())
                    .entrySet().stream()
                            .map(entry -> entry.getKey() + " " + entry.getValue().description())
                            .toList();
        } finally {
            machine.lock().unlock();
        }
    }
}
