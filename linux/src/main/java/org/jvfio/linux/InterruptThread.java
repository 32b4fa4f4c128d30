// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The thread that calls one device's interrupt listeners.
 *
 * <p>It starts with the first listener and ends with {@link #close}. It waits for the eventfds of
 * all vectors and one of its own, by which it is told that something changed. A delivery allocates
 * nothing.
 *
 * <p><b>Threads.</b> Safe for use by several threads, its own among them: no lock is held while a
 * listener runs.
 */
final class InterruptThread {
    private static final System.Logger LOG = System.getLogger(DeviceInterrupts.class.getName());
    private static final int WAKE = 0;
    private static final long PAUSE_NANOS = 1_000_000;

    private final Kernel kernel;
    private final String device;
    private final long deadlineMillis;
    private final List<ListenedVector> vectors = new ArrayList<>();
    private @Nullable EventFd wake;
    private @Nullable Thread thread;
    private volatile boolean changed = true;
    private volatile boolean stopped;

    /**
     * A thread that has not started.
     *
     * @param device the device's name
     * @param deadlineMillis how long {@link #close} waits for a listener
     */
    InterruptThread(Kernel kernel, String device, long deadlineMillis) {
        this.kernel = kernel;
        this.device = device;
        this.deadlineMillis = deadlineMillis;
    }

    /**
     * Delivers the interrupts of {@code vector} from now on.
     *
     * @throws IllegalStateException after {@link #close}
     */
    synchronized void add(ListenedVector vector) throws KernelException {
        if (stopped) {
            throw new IllegalStateException(device + ": closed");
        }
        start();
        vectors.add(vector);
        tell();
    }

    /** Delivers no more of {@code vector}'s interrupts; a delivery under way may still finish. */
    synchronized void remove(ListenedVector vector) {
        if (vectors.remove(vector) && !stopped) {
            tell();
        }
    }

    /**
     * Ends the thread. Waits for a listener that is running, but not for ever, and not if it is
     * that listener who calls.
     */
    void close() {
        Thread running = stop();
        if (running == null || running == Thread.currentThread()) {
            return;
        }
        try {
            running.join(deadlineMillis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (running.isAlive()) {
            LOG.log(
                    Level.WARNING,
                    "{0}: closed while a listener is running; it ran on for more than {1} ms",
                    device,
                    deadlineMillis);
        }
    }

    private synchronized @Nullable Thread stop() {
        if (!stopped) {
            stopped = true;
            if (wake != null) {
                wake.signal();
            }
        }
        return thread;
    }

    private void start() throws KernelException {
        if (thread != null) {
            return;
        }
        EventFd bell = EventFd.create(kernel);
        Thread fresh = new Thread(() -> run(bell), "jvfio-interrupts " + device);
        fresh.setDaemon(true);
        try {
            fresh.start();
            thread = fresh;
            wake = bell;
        } finally {
            if (thread == null) {
                bell.close();
            }
        }
    }

    private void tell() {
        changed = true;
        if (wake != null) {
            wake.signal();
        }
    }

    private void run(EventFd bell) {
        try {
            deliverUntilStopped(bell);
        } catch (RuntimeException broken) {
            LOG.log(Level.ERROR, device + ": interrupts are delivered no more", broken);
        } finally {
            end(bell);
        }
    }

    private void deliverUntilStopped(EventFd bell) {
        List<ListenedVector> watched = List.of();
        PollTable table = new PollTable(1);
        while (true) {
            if (changed) {
                watched = takeChanges(bell);
                table = tableOf(bell, watched);
            }
            // Taking changes silences the bell, which may have rung for the end.
            if (stopped) {
                return;
            }
            int found = table.await(kernel);
            if (found == -Errno.ENOMEM.number()) {
                // That passes, and until then interrupts wait in their eventfds.
                LockSupport.parkNanos(PAUSE_NANOS);
            } else if (found < 0) {
                throw new KernelException("poll", Errno.of(-found)).about(device);
            } else {
                deliver(table, watched);
            }
        }
    }

    /** The vectors as they are now; silences the bell, which rings again for what comes later. */
    private synchronized List<ListenedVector> takeChanges(EventFd bell) {
        bell.read();
        changed = false;
        return List.copyOf(vectors);
    }

    private static PollTable tableOf(EventFd bell, List<ListenedVector> vectors) {
        PollTable table = new PollTable(1 + vectors.size());
        table.watch(WAKE, bell.fd());
        for (int i = 0; i < vectors.size(); i++) {
            table.watch(1 + i, vectors.get(i).descriptor());
        }
        return table;
    }

    private void deliver(PollTable table, List<ListenedVector> vectors) {
        for (int i = 0; i < vectors.size() && !stopped; i++) {
            int found = table.found(1 + i);
            if ((found & Fcntl.POLLIN) != 0) {
                vectors.get(i).deliver();
            } else if (found != 0) {
                // Its eventfd has been closed, and the change that says so is on its way.
                table.ignore(1 + i);
            }
        }
    }

    private synchronized void end(EventFd bell) {
        stopped = true;
        wake = null;
        bell.close();
    }
}
