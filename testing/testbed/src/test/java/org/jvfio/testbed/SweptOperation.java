// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.function.Consumer;

/**
 * An operation whose every call is refused in turn.
 *
 * @param name for people: {@code "map"}
 * @param kind what a failure leaves
 * @param prepare what is there before it
 * @param run the operation
 * @param errnos how many errnos each call is refused with, at most; those that come first in turn
 */
record SweptOperation(
        String name,
        Kind kind,
        Consumer<SweepWorld> prepare,
        Consumer<SweepWorld> run,
        int errnos) {
    /** What a failure leaves. */
    enum Kind {
        /** It is done or it is not: a failure leaves what was there before. */
        ATOMIC,
        /** As atomic; but if only the last step failed, it is done and the failure is told. */
        RELEASES,
        /** It ends something: that is ended, whatever failed on the way, and stays so. */
        ENDS
    }

    static SweptOperation atomic(
            String name, Consumer<SweepWorld> prepare, Consumer<SweepWorld> run) {
        return new SweptOperation(name, Kind.ATOMIC, prepare, run, Integer.MAX_VALUE);
    }

    static SweptOperation releases(
            String name, Consumer<SweepWorld> prepare, Consumer<SweepWorld> run) {
        return new SweptOperation(name, Kind.RELEASES, prepare, run, Integer.MAX_VALUE);
    }

    static SweptOperation ends(
            String name, Consumer<SweepWorld> prepare, Consumer<SweepWorld> run) {
        return new SweptOperation(name, Kind.ENDS, prepare, run, Integer.MAX_VALUE);
    }

    /** The same operation, which takes its time, with only so many errnos for each call. */
    SweptOperation sparsely(int most) {
        return new SweptOperation(name, kind, prepare, run, most);
    }

    @Override
    public String toString() {
        return name;
    }
}
