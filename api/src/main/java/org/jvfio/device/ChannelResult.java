// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.util.OptionalInt;

/**
 * What the kernel's channel driver answered to a start, halt or clear.
 *
 * <p>These are conditions that who drives a subchannel has to handle, as after the instruction
 * itself; they are no exceptions. Anything else that the kernel answers is one.
 *
 * <p>Source: {@code ret_code} of {@code struct ccw_io_region} and {@code struct ccw_cmd_region},
 * which the {@code write} of the region answers, too.
 */
public enum ChannelResult {
    /** Accepted (0): an I/O interrupt tells the end. */
    ACCEPTED(0),

    /**
     * Busy ({@code EBUSY}): a program is running or suspended, or status is pending. Condition code
     * 1 or 2 at the subchannel; the kernel does not tell which.
     */
    BUSY(2),

    /**
     * The path that was asked for is not operational ({@code EACCES}), but the device has another:
     * start again with another path mask.
     */
    PATH_NOT_OPERATIONAL(3),

    /** The subchannel or all of its paths are not operational ({@code ENODEV}). */
    NOT_OPERATIONAL(3),

    /**
     * The program cannot be taken over ({@code EINVAL}, {@code EFAULT}, through an iommufd {@code
     * ENOENT}): it, an address list or its data is not in memory that is mapped, or it is longer
     * than 256 words between transfers. The driver reads 2 KiB from the start of a program and from
     * each transfer's target, however short they are: all of that must be mapped.
     */
    PROGRAM_REFUSED(-1),

    /**
     * The driver does not do this ({@code EOPNOTSUPP}): transport mode; in older kernels also
     * programs without prefetching, and address lists other than 64-bit ones of 4 KiB.
     */
    UNSUPPORTED(-1),

    /**
     * The driver was at work on another request and did not get done within about a second ({@code
     * EAGAIN}): try later.
     */
    TRY_AGAIN(-1),

    /** The driver has given the subchannel up ({@code EIO}): close the device. */
    LOST(-1);

    private final int conditionCode;

    ChannelResult(int conditionCode) {
        this.conditionCode = conditionCode;
    }

    /** Whether an I/O interrupt will tell the end. */
    public boolean accepted() {
        return this == ACCEPTED;
    }

    /**
     * The condition code that a VMM gives its guest for the instruction; empty where the
     * instruction has none for it, and the guest gets a program check or an interrupt instead.
     */
    public OptionalInt conditionCode() {
        return conditionCode < 0 ? OptionalInt.empty() : OptionalInt.of(conditionCode);
    }
}
