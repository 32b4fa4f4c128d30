// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import com.sun.jna.Library;
import com.sun.jna.Native;

/** The functions of {@code src/main/c/populate.c}, which says what they do. */
interface CPages extends Library {
    /** The compiled functions, from the same file as {@link CLoops}. */
    static CPages load() {
        return Native.load(CLoops.file(), CPages.class);
    }

    /** {@code int64_t fresh_memory(int64_t size, int32_t huge)}: an address, or -1. */
    long fresh_memory(long size, int huge);

    /** {@code void drop_memory(int64_t address, int64_t size)}. */
    void drop_memory(long address, long size);

    /** {@code int64_t touch(int64_t address, int64_t size)}: nanoseconds. */
    long touch(long address, long size);

    /** {@code int64_t populate(int64_t address, int64_t size)}: nanoseconds, or -1. */
    long populate(long address, long size);
}
