// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.util.Optional;
import org.jvfio.VfioException;

/**
 * An open I/O subchannel of s390x, through {@code vfio-ccw}.
 *
 * <p>Channel programs lie in memory that the device's address space has mapped, {@link
 * ChannelProgram} builds one. The kernel's driver copies a program and pins its data before it
 * starts it, so that changes after {@link #start} are not seen. Unmapping memory that a running
 * program uses resets the subchannel.
 *
 * <pre>{@code
 * device.ioInterrupt().listen(0, vector -> ended.add(device.irb()));
 * ChannelResult result = device.start(program.layInto(space, buffer, 0));
 * }</pre>
 *
 * <p>The control blocks are big-endian, as s390x has them.
 */
public interface CcwDevice extends VfioDevice {
    /** The subchannel. */
    SubchannelAddress subchannel();

    /**
     * Starts a channel program.
     *
     * <p>Source: Start Subchannel, through {@code struct ccw_io_region}.
     *
     * @throws VfioException if the kernel answers what is no {@link ChannelResult}
     */
    ChannelResult start(Orb request);

    /** Whether the kernel offers {@link #halt} and {@link #clear}, as it does since Linux 5.2. */
    boolean haltsAndClears();

    /**
     * Has the running or suspended program end at once; an I/O interrupt tells that it did. Without
     * a program there is such an interrupt, too.
     *
     * <p>Source: Halt Subchannel, through {@code struct ccw_cmd_region}.
     *
     * @return {@link ChannelResult#UNSUPPORTED} if the kernel has no such region; {@link #reset}
     *     then ends a program, and tells nothing of it
     * @throws VfioException as {@link #start}
     */
    ChannelResult halt();

    /**
     * Ends whatever the subchannel is at, and takes back what it was told; an I/O interrupt tells
     * that it is done.
     *
     * <p>Source: Clear Subchannel, through {@code struct ccw_cmd_region}.
     *
     * @return as of {@link #halt}
     * @throws VfioException as {@link #start}
     */
    ChannelResult clear();

    /**
     * What the newest I/O interrupt told; all zero before the first.
     *
     * <p>Read it when {@link #ioInterrupt} comes: the next interrupt replaces it. An accepted start
     * does not erase it.
     *
     * @throws VfioException if the kernel refuses
     */
    Irb irb();

    /**
     * What the subchannel is at now; empty if the kernel does not tell, as before Linux 5.8.
     *
     * <p>Source: Store Subchannel, through {@code struct ccw_schib_region}.
     *
     * @throws VfioException with {@code ENODEV} if there is no device any more
     */
    Optional<Schib> schib();

    /**
     * Takes the oldest report of what happened to channel paths; empty if there is none, or the
     * kernel does not tell, as before Linux 5.8.
     *
     * <p>Source: {@code struct ccw_crw_region}.
     *
     * @throws VfioException if the kernel refuses
     */
    Optional<Crw> nextReport();

    /** The I/O interrupt: a start, halt or clear has come to something. */
    Interrupts ioInterrupt();

    /**
     * The channel-report interrupt: take reports with {@link #nextReport} until there is none.
     * Empty before Linux 5.8.
     */
    Optional<Interrupts> reportInterrupt();

    /**
     * The request interrupt: somebody wants the device back, so close it. Empty before Linux 5.12.
     */
    Optional<Interrupts> requestInterrupt();
}
