// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jvfio.linux.Errno;

/** The system calls that are to be refused, for a test to see what comes of it. */
final class PlannedFailures {
    private static final String ANY = "";

    private static final class Plan {
        private final String name;
        private final Errno errno;
        private int before;

        Plan(String name, Errno errno, int before) {
            this.name = name;
            this.errno = errno;
            this.before = before;
        }

        /** Counts one call; says whether it is the one that is refused. */
        boolean isDue(String call) {
            return (name.equals(ANY) || name.equals(call)) && before-- == 0;
        }
    }

    private final List<Plan> plans = new ArrayList<>();

    void failNext(String name, Errno errno) {
        int earlier = (int) plans.stream().filter(plan -> plan.name.equals(name)).count();
        plans.add(new Plan(name, errno, earlier));
    }

    void failAfter(int calls, Errno errno) {
        plans.add(new Plan(ANY, errno, calls));
    }

    boolean isEmpty() {
        return plans.isEmpty();
    }

    /** The errno that this call is refused with, if it is. */
    Optional<Errno> next(String call) {
        if (plans.isEmpty()) {
            return Optional.empty();
        }
        Optional<Errno> due = Optional.empty();
        for (Iterator<Plan> each = plans.iterator(); each.hasNext(); ) {
            Plan plan = each.next();
            if (plan.isDue(call)) {
                each.remove();
                due = Optional.of(plan.errno);
            }
        }
        return due;
    }
}
