// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.nio.ByteBuffer;
import java.util.List;
import org.jvfio.VfioException;

/**
 * A part of a device that the kernel shows as a run of bytes: a BAR, its configuration space.
 *
 * <p>As {@link Registers} it is reached through the kernel, one system call an access; {@link #map}
 * reaches it without.
 *
 * <p>The kernel makes each access in the width asked for, and a run of bytes in the widest that
 * fits at each place. What a device does that has no such width is the device's affair: most answer
 * ones, but on aarch64 one that answers with a bus error takes Linux down, whoever asks. So know
 * the widths of registers, and read runs of bytes of what is memory.
 *
 * <p>Source: {@code VFIO_DEVICE_GET_REGION_INFO}.
 */
public interface Region extends Registers {
    /** The region's index in the kernel's numbering. */
    int index();

    /** For people: {@code "BAR 0"}. */
    String name();

    /** Whether it can be read. */
    boolean readable();

    /** Whether it can be written. */
    boolean writable();

    /**
     * The parts that {@link #map} can reach, lowest first: none, all of it, or with holes where the
     * kernel keeps something to itself.
     */
    List<Area> mappableAreas();

    /**
     * Reads {@code target.remaining()} bytes from {@code offset} on, as they are.
     *
     * @throws IndexOutOfBoundsException if they reach beyond the region
     */
    void read(long offset, ByteBuffer target);

    /**
     * Writes {@code source.remaining()} bytes from {@code offset} on, as they are.
     *
     * @throws IndexOutOfBoundsException if they reach beyond the region
     */
    void write(long offset, ByteBuffer source);

    /**
     * Maps the whole region.
     *
     * @throws VfioException if not all of it can be mapped; the message names the mappable areas
     */
    Mmio map();

    /**
     * Maps a part of the region. Offsets in the result count from {@code offset}.
     *
     * @param offset a multiple of the host's page size
     * @param length in bytes, at least 1
     * @throws IndexOutOfBoundsException if it reaches beyond the region
     * @throws VfioException if it is not within one mappable area
     */
    Mmio map(long offset, long length);

    /**
     * A part of a region.
     *
     * @param offset where it starts
     * @param size how long it is
     */
    record Area(long offset, long size) {}
}
