// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/**
 * The state of a device as a stream of bytes that only its driver understands: read while the
 * device is saved, written while it is resumed.
 *
 * <p><b>Failure.</b> {@link org.jvfio.VfioException} when the kernel refuses; {@link
 * IllegalStateException} after {@link #close}; {@link
 * java.nio.channels.NonReadableChannelException} and {@link
 * java.nio.channels.NonWritableChannelException} in the wrong direction. <b>Threads.</b> Safe for
 * use by several threads; {@code close} waits for those that are inside. <b>Lifetime.</b> Its
 * holder closes it; it is closed as well when the device goes to a state without data, and with the
 * device.
 */
public interface MigrationData extends ByteChannel {
    /**
     * Reads what there is, at most {@code target.remaining()} bytes.
     *
     * @return how many bytes; -1 at the end of the state; 0 if there is nothing more for now, which
     *     is said only while the device still works ({@link MigrationState#preCopies})
     */
    @Override
    int read(ByteBuffer target);

    /**
     * Writes some or all of what is left in {@code source}.
     *
     * @return how many bytes
     * @throws org.jvfio.VfioException if these are no bytes of this kind of device; it takes no
     *     more of this stream then
     */
    @Override
    int write(ByteBuffer source);

    /**
     * How much is left to be read before the device is stopped, as the driver estimates it.
     *
     * <p><b>Source.</b> {@code VFIO_MIG_GET_PRECOPY_INFO}.
     *
     * @throws org.jvfio.VfioException unless the device is being pre-copied
     */
    PreCopy preCopy();

    /** Gives the stream back. Nothing happens if it is closed already. */
    @Override
    void close();

    /**
     * What is left of a pre-copy.
     *
     * @param initialBytes what should have been read before the device is stopped, so that the
     *     other side can get ready
     * @param dirtyBytes what has changed since it was read
     */
    record PreCopy(long initialBytes, long dirtyBytes) {}
}
