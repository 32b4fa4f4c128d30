// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.function.IntFunction;
import org.jvfio.VfioException;
import org.jvfio.linux.uapi.InfoStruct;

/**
 * An open file of a kernel: its descriptor, where it came from, and whether it is ours to close.
 *
 * <p><b>Failure.</b> Requests that the kernel refuses are a {@link KernelException} that names the
 * request; whoever holds the file knows what it was about. After {@link #close} everything but
 * {@link #kernel}, {@link #path} and {@code close} is an {@link IllegalStateException}.
 *
 * <p><b>Threads.</b> Safe to close while others are inside a request: {@code close} waits for them,
 * so that no descriptor is used after its number belongs to another file.
 */
public abstract class KernelFile implements AutoCloseable {
    /** The kernel's answer may grow between two tries; it does not do so for ever. */
    private static final int TRIES = 8;

    private final Kernel kernel;
    private final int fd;
    private final String path;
    private volatile boolean owned;
    private final UseGate gate = new UseGate();

    KernelFile(Kernel kernel, int fd, String path, boolean owned) {
        this.kernel = kernel;
        this.fd = fd;
        this.path = path;
        this.owned = owned;
    }

    static int openDescriptor(Kernel kernel, String path) throws KernelException {
        int result;
        do {
            result = kernel.open(path, Fcntl.O_RDWR);
        } while (result == -Errno.EINTR.number());
        return (int) check("open", result);
    }

    /** Passes a result on, or throws for a negated errno. */
    static long check(String call, long result) throws KernelException {
        // mmap's answers may use all bits but are never in the last page of the address space.
        if (result < 0 && result >= -4095) {
            throw new KernelException(call, Errno.of((int) -result));
        }
        return result;
    }

    /** The kernel whose file this is. */
    public final Kernel kernel() {
        return kernel;
    }

    /**
     * The descriptor's number, for a request that names this file to another. Whoever asks sees to
     * it that the file stays open for as long as the number is used.
     */
    public final int fd() {
        if (gate.isClosed()) {
            throw closed();
        }
        return fd;
    }

    /** Where the file was opened, and what it stands for where that says more. */
    public final String path() {
        return path;
    }

    /**
     * Waits for requests that are under way, then gives the descriptor back if it is owned. Calls
     * after the first do nothing.
     *
     * @throws VfioException if the kernel reports a failure; the descriptor is gone all the same
     */
    @Override
    public void close() {
        if (!gate.close() || !owned) {
            return;
        }
        int result = kernel.close(fd);
        // Linux has given the descriptor back before it can be interrupted.
        if (result < 0 && result != -Errno.EINTR.number()) {
            throw new KernelException("close", Errno.of(-result)).about(path);
        }
    }

    /** Makes the descriptor, which was somebody else's, ours to close. */
    public final void takeOver() {
        owned = true;
    }

    /** Whether it was closed. */
    final boolean isClosed() {
        return gate.isClosed();
    }

    /** Enters the file for one request and answers its descriptor; {@link #leave} must follow. */
    final int enter() {
        if (!gate.enter()) {
            throw closed();
        }
        return fd;
    }

    final void leave() {
        gate.leave();
    }

    private IllegalStateException closed() {
        return new IllegalStateException(path + ": closed");
    }

    final int request(Ioctl request, Struct argument) throws KernelException {
        int descriptor = enter();
        try {
            return request.call(kernel, descriptor, argument);
        } finally {
            leave();
        }
    }

    final int request(Ioctl request, long argument) throws KernelException {
        int descriptor = enter();
        try {
            return request.call(kernel, descriptor, argument);
        } finally {
            leave();
        }
    }

    /** Makes an info request, first for the fixed fields and then with room for what follows. */
    final <T extends InfoStruct> T info(Ioctl request, IntFunction<T> ofCapacity)
            throws KernelException {
        T info = ofCapacity.apply(0);
        request(request, info);
        for (int tries = 1; tries < TRIES && info.needed() > info.capacity(); tries++) {
            info = ofCapacity.apply(info.needed());
            request(request, info);
        }
        return info;
    }

    @Override
    public String toString() {
        return path;
    }
}
