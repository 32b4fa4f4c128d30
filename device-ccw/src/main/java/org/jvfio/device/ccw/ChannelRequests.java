// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.ccw;

import java.lang.ref.Reference;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jvfio.VfioException;
import org.jvfio.device.ChannelResult;
import org.jvfio.linux.DeviceFd;
import org.jvfio.linux.Errno;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.Struct;

/**
 * Requests that are made by writing to a region, and blocks that are read from one: always as a
 * whole, because whatever is written is a request, and whatever is read is taken.
 *
 * @param file the device's file
 * @param name the device's name
 */
record ChannelRequests(DeviceFd file, String name) {
    private static final int TRIES = 10;
    private static final long FIRST_PAUSE_NANOS = 1_000_000;
    private static final Map<Errno, ChannelResult> RESULTS =
            Map.of(
                    Errno.EBUSY, ChannelResult.BUSY,
                    Errno.EACCES, ChannelResult.PATH_NOT_OPERATIONAL,
                    Errno.ENODEV, ChannelResult.NOT_OPERATIONAL,
                    Errno.EINVAL, ChannelResult.PROGRAM_REFUSED,
                    Errno.EFAULT, ChannelResult.PROGRAM_REFUSED,
                    Errno.ENOENT, ChannelResult.PROGRAM_REFUSED,
                    Errno.EOPNOTSUPP, ChannelResult.UNSUPPORTED,
                    Errno.EAGAIN, ChannelResult.TRY_AGAIN,
                    Errno.EIO, ChannelResult.LOST);

    /** Makes a request; tries again for about a second while the driver is at another. */
    ChannelResult make(String what, long offset, Struct request, int size) {
        long pauseNanos = FIRST_PAUSE_NANOS;
        for (int tries = 1; ; tries++, pauseNanos *= 2) {
            ChannelResult result = makeOnce(what, offset, request, size);
            if (result != ChannelResult.TRY_AGAIN || tries == TRIES) {
                return result;
            }
            LockSupport.parkNanos(pauseNanos);
        }
    }

    private ChannelResult makeOnce(String what, long offset, Struct request, int size) {
        try {
            long done = file.write(offset, request.address(), size);
            checkWhole(what, done, size);
            return ChannelResult.ACCEPTED;
        } catch (KernelException refused) {
            ChannelResult result = RESULTS.get(refused.errno());
            if (result == null) {
                throw refused.about(about(what));
            }
            return result;
        } finally {
            Reference.reachabilityFence(request);
        }
    }

    /** Reads a region into a struct of its size. */
    <T extends Struct> T read(String what, long offset, T target) {
        try {
            checkWhole(
                    what,
                    file.read(offset, target.address(), target.capacity()),
                    target.capacity());
            return target;
        } catch (KernelException refused) {
            throw refused.about(
                    about(what),
                    refused.errno().equals(Errno.ENODEV)
                            ? "the subchannel has no device any more; close it"
                            : refused.errno().meaning());
        } finally {
            Reference.reachabilityFence(target);
        }
    }

    private void checkWhole(String what, long done, int size) {
        if (done != size) {
            throw new VfioException(
                    about(what),
                    "region access",
                    "%d of %d bytes: the driver does not answer".formatted(done, size));
        }
    }

    private String about(String what) {
        return name + " " + what;
    }
}
