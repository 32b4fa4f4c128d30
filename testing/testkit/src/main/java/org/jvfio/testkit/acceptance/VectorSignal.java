// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.acceptance;

import java.util.concurrent.TimeUnit;
import org.jvfio.device.Interrupts;
import org.jvfio.linux.EventFd;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.KernelException;
import org.jvfio.spi.Teardown;

/**
 * An eventfd that one vector of a device signals, read as the kernel's own tests read theirs: there
 * is no thread between, so what has not arrived when it is asked for was not sent.
 */
final class VectorSignal implements AutoCloseable {
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final EventFd eventfd;

    private VectorSignal(EventFd eventfd) {
        this.eventfd = eventfd;
    }

    /** Connects a vector. It is disconnected, or all of its kind are, before this is closed. */
    static VectorSignal of(Kernel kernel, Interrupts interrupts, int vector) {
        VectorSignal signal = new VectorSignal(create(kernel, interrupts));
        try {
            interrupts.connect(vector, signal.eventfd.fd());
        } catch (RuntimeException refused) {
            throw Teardown.after(refused, signal::close);
        }
        return signal;
    }

    private static EventFd create(Kernel kernel, Interrupts interrupts) {
        try {
            return EventFd.create(kernel);
        } catch (KernelException refused) {
            throw refused.about(interrupts.name());
        }
    }

    /** How often it was signalled since this was asked before; 0 where a read gives EAGAIN. */
    long count() {
        return eventfd.read();
    }

    /** Waits for the signal, and answers how often it came. */
    long await() {
        long start = System.nanoTime();
        long count = count();
        while (count == 0) {
            if (System.nanoTime() - start > DEADLINE_NANOS) {
                throw new IllegalStateException("no interrupt within half a minute");
            }
            Thread.onSpinWait();
            count = count();
        }
        return count;
    }

    @Override
    public void close() {
        eventfd.close();
    }
}
