// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;

/**
 * Which call of one thread is refused, and what calls that thread has made.
 *
 * <p>Calls of other threads pass, so that the same operation always makes the same calls in the
 * same order.
 */
final class FaultPlan {
    /** Addresses go back when the garbage collector has found them, so at no certain call. */
    private static final Set<String> NOT_COUNTED = Set.of("munmap");

    private static final int NONE = -1;

    private final List<String> calls = new ArrayList<>();
    private Predicate<Thread> watched = FaultPlan::nobody;
    private Predicate<String> counted = name -> true;
    private int due = NONE;
    private Errno errno = Errno.EIO;
    private boolean lasting;
    private int refused;

    private static boolean nobody(Thread thread) {
        return false;
    }

    /** Notes the calls of this thread from now on, and refuses none. */
    synchronized void watch() {
        refuse(NONE, Errno.EIO, false);
    }

    /**
     * Refuses a call of this thread.
     *
     * @param call which, counted from 0 and from now
     * @param forGood whether all later calls of the same name are refused as well
     */
    synchronized void refuse(int call, Errno with, boolean forGood) {
        Thread self = Thread.currentThread();
        plan(thread -> thread == self, name -> true, call, with, forGood);
    }

    /**
     * Refuses a call of the threads that {@code whose} holds for.
     *
     * @param name of what kind; only such calls count
     */
    synchronized void refuse(Predicate<Thread> whose, String name, int call, Errno with) {
        plan(whose, name::equals, call, with, false);
    }

    private void plan(
            Predicate<Thread> whose,
            Predicate<String> which,
            int call,
            Errno with,
            boolean forGood) {
        watched = whose;
        counted = which;
        calls.clear();
        due = call;
        errno = with;
        lasting = forGood;
        refused = 0;
    }

    /** Refuses nothing any more; answers the names of the calls since it was asked to. */
    synchronized List<String> stop() {
        watched = FaultPlan::nobody;
        return List.copyOf(calls);
    }

    /** How many calls were refused. */
    synchronized int refused() {
        return refused;
    }

    /** Counts a call; what it is refused with, or null if it is to be made. */
    synchronized @Nullable Errno next(String name) {
        if (!watched.test(Thread.currentThread())
                || !counted.test(name)
                || NOT_COUNTED.contains(name)) {
            return null;
        }
        calls.add(name);
        int call = calls.size() - 1;
        boolean hit = call == due || (lasting && call > due && name.equals(calls.get(due)));
        refused += hit ? 1 : 0;
        return hit ? errno : null;
    }
}
