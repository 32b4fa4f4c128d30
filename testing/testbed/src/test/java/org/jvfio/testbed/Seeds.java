// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;

/**
 * The seeds of a random test: the same few in every run and a new one, or the one that the system
 * property {@value #PROPERTY} names. With one thread a run is the same each time; with several,
 * each thread's steps are, but not how they meet.
 */
final class Seeds {
    private static final String PROPERTY = "jvfio.seed";
    private static final int FIXED = 3;

    private Seeds() {}

    static List<Long> all() {
        Long asked = Long.getLong(PROPERTY);
        return asked != null
                ? List.of(asked)
                : LongStream.concat(
                                LongStream.rangeClosed(1, FIXED),
                                LongStream.of(ThreadLocalRandom.current().nextInt(1, 1 << 30)))
                        .boxed()
                        .toList();
    }

    /** How to run it again. */
    static String replay(long seed) {
        return "run again with -D" + PROPERTY + "=" + seed;
    }
}
