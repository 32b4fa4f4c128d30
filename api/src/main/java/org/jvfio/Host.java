// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import org.jvfio.spi.NativeMemory;

/**
 * A machine as jvfio sees it: its kernel and its devices.
 *
 * <p>{@link Vfio#open()} takes the machine that the JVM runs on. A simulated one is a host as well,
 * and everything above it is the same code.
 *
 * <p><b>Threads.</b> Safe for use by several threads. <b>Lifetime.</b> A host holds nothing that
 * needs closing.
 */
public interface Host {
    /** Names the host for people: {@code "Linux 7.3.4 x86_64"}. */
    String name();

    /** Whether the kernel behind it is simulated, so that no real device is touched. */
    boolean simulated();

    /** The size of the host's memory pages in bytes. */
    int pageSize();

    /**
     * Memory for DMA: zeroed, aligned to {@link #pageSize()}, of {@code bytes} rounded up to it.
     *
     * @throws IllegalArgumentException if {@code bytes} is not positive
     * @throws VfioException if the host has no such memory
     */
    NativeMemory allocate(long bytes);
}
