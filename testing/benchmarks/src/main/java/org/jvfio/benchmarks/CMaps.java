// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import com.sun.jna.Library;
import com.sun.jna.Native;

/** The functions of {@code src/main/c/map.c}, which says what they do. */
interface CMaps extends Library {
    /** The compiled functions, from the same file as {@link CLoops}. */
    static CMaps load() {
        return Native.load(CLoops.file(), CMaps.class);
    }

    /** {@code int64_t dma_memory(int64_t size)}: an address, or -1. */
    long dma_memory(long size);

    /** {@code int open_container(const char *path, int32_t files[2])}: 0, or -1. */
    int open_container(String path, int[] files);

    /** {@code int open_ioas(const char *path, int32_t files[2])}: the id of the IOAS, or -1. */
    int open_ioas(String path, int[] files);

    /** {@code void close_files(int32_t files[2])}. */
    void close_files(int[] files);

    /**
     * {@code int map_once(int fd, int ioas, uint64_t iova, uint64_t vaddr, uint64_t size, int64_t
     * *map, int64_t *unmap)}: 0 if no call failed.
     */
    int map_once(int fd, int ioas, long iova, long vaddr, long size, long[] map, long[] unmap);
}
