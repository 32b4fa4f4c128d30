// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import com.sun.jna.Library;
import com.sun.jna.Native;

/**
 * The functions of {@code src/main/c/loops.c}: one call runs a loop in C and answers how long it
 * took, so what the call itself costs does not count.
 */
interface CLoops extends Library {
    /** The compiled loops, from the file that the property {@code jvfio.benchmarks.loops} names. */
    static CLoops load() {
        return Native.load(file(), CLoops.class);
    }

    /** Where {@code src/main/c} was compiled to. */
    static String file() {
        String file = System.getProperty("jvfio.benchmarks.loops");
        if (file == null) {
            throw new IllegalStateException("start with testing/benchmarks/run, which compiles C");
        }
        return file;
    }

    /**
     * {@code int64_t ioctl_loop(int fd, uint64_t request, struct region *argument, uint64_t size,
     * uint64_t address, int64_t count)}: nanoseconds, or -1 if a call failed.
     */
    long ioctl_loop(int fd, long request, long argument, long size, long address, long count);

    /**
     * {@code int64_t merge_loop(const uint64_t *from, uint64_t *to, int64_t words)}: nanoseconds.
     */
    long merge_loop(long from, long to, long words);
}
