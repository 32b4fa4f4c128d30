// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a device is stopped, and its state moved to another device of its kind.
 *
 * <pre>{@code
 * source.migration().orElseThrow().save(channel);     // it is STOP afterwards
 * target.migration().orElseThrow().resume(channel);   // so is this one
 * target.migration().orElseThrow().change(MigrationState.RUNNING);
 * }</pre>
 *
 * <p><b>Failure.</b> {@link org.jvfio.VfioException} when the kernel refuses; the message names
 * both states and where the device is then. <b>Threads.</b> Safe for use by several threads; one
 * change is made at a time. <b>Lifetime.</b> Of the device. It stays in its state when it is
 * closed; most drivers, not all, put it back to {@link MigrationState#RUNNING} when it is opened.
 *
 * <p><b>Source.</b> {@code VFIO_DEVICE_FEATURE} with {@code MIGRATION}, {@code MIG_DEVICE_STATE}
 * and {@code MIG_DATA_SIZE}: version 2 of the kernel's migration, since Linux 5.18.
 */
public interface Migration {
    /** Whether it has the states in which it leaves other devices alone. */
    boolean peerToPeer();

    /** Whether a part of its state can be read while it works. */
    boolean preCopy();

    /**
     * The state that it is in now.
     *
     * @throws org.jvfio.VfioException if it is one that this version does not know
     */
    MigrationState state();

    /**
     * Goes to another state, through others where there is no direct way.
     *
     * <p>If that fails the device may have got a part of the way: {@link #state} says how far.
     *
     * @return what the state of the device is read from or written to, if the state has that; the
     *     same from pre-copy on to {@link MigrationState#STOP_COPY}
     * @throws IllegalArgumentException if asked for {@link MigrationState#ERROR}
     */
    Optional<MigrationData> change(MigrationState to);

    /**
     * Goes to another state, or else to the second one, or else resets the device, which is {@link
     * MigrationState#RUNNING} then.
     *
     * @param otherwise where the device shall be if {@code to} is refused
     * @return as {@link #change(MigrationState)}
     * @throws org.jvfio.VfioException if {@code to} is refused, whatever came of {@code otherwise};
     *     the message says where the device is
     */
    Optional<MigrationData> change(MigrationState to, MigrationState otherwise);

    /**
     * How many bytes its state would have if it were stopped and read now, as the driver estimates
     * it; empty before Linux 6.2.
     */
    OptionalLong stopCopyBytes();

    /**
     * Writes the whole state to {@code target}: a part while the device works, if it can, and the
     * rest when it is stopped. It is {@link MigrationState#STOP} afterwards.
     *
     * <p>If that fails, the device is where it was before, or reset.
     *
     * @return how many bytes
     * @throws IOException if {@code target} fails
     */
    long save(WritableByteChannel target) throws IOException;

    /**
     * Takes over the state that {@code source} has up to its end. The device is {@link
     * MigrationState#STOP} afterwards.
     *
     * <p>If that fails, the device is reset, and goes where it was before; its own state may be
     * lost.
     *
     * @return how many bytes
     * @throws IOException if {@code source} fails
     */
    long resume(ReadableByteChannel source) throws IOException;
}
