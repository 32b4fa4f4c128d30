// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jvfio.VfioException;

/**
 * A counter that the kernel adds to when a device interrupts, {@code eventfd(2)}.
 *
 * <p>Neither reading nor signalling waits, and neither allocates. <b>Threads.</b> Safe for use by
 * several threads; each count is read by one of them.
 */
public final class EventFd extends KernelFile {
    private final ByteBuffer counter = number(0);
    private final long counterAddress = ProcessMemory.addressOf(counter);
    private final ByteBuffer one = number(1);
    private final long oneAddress = ProcessMemory.addressOf(one);

    private EventFd(Kernel kernel, int fd) {
        super(kernel, fd, "eventfd " + fd, true);
    }

    private static ByteBuffer number(long value) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
        return bytes.putLong(0, value);
    }

    /** A new counter at 0. */
    public static EventFd create(Kernel kernel) throws KernelException {
        int fd = (int) check("eventfd", kernel.eventfd(0, Fcntl.EFD_NONBLOCK));
        return new EventFd(kernel, fd);
    }

    /**
     * Takes the whole count: how often it was signalled since it was last read, 0 if never.
     *
     * @throws VfioException if the kernel refuses
     */
    public synchronized long read() {
        int descriptor = enter();
        try {
            long result;
            do {
                result = kernel().read(descriptor, counterAddress, Long.BYTES);
            } while (result == -Errno.EINTR.number());
            return done("read", result) ? counter.getLong(0) : 0;
        } finally {
            leave();
        }
    }

    /**
     * Adds one. A counter that is full stays as it is, and whoever waits for it is woken anyway.
     *
     * @throws VfioException if the kernel refuses
     */
    public void signal() {
        int descriptor = enter();
        try {
            long result;
            do {
                result = kernel().write(descriptor, oneAddress, Long.BYTES);
            } while (result == -Errno.EINTR.number());
            done("write", result);
        } finally {
            Reference.reachabilityFence(one);
            leave();
        }
    }

    private boolean done(String call, long result) {
        if (result == -Errno.EAGAIN.number()) {
            return false;
        }
        if (result < 0) {
            throw new KernelException(call, Errno.of((int) -result)).about(path());
        }
        return true;
    }
}
