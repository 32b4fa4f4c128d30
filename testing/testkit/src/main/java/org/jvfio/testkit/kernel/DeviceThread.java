// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.concurrent.locks.LockSupport;

/**
 * Looks at mapped BARs for what drivers store there, and does what devices do later, for as long as
 * there is either.
 *
 * <p>After a store it looks again at once for a while, because more are likely to follow.
 */
final class DeviceThread implements Runnable {
    private static final int EAGER_LOOKS = 200;
    private static final long PAUSE_NANOS = 100_000;

    private final Machine machine;
    private final Thread thread = new Thread(this, "sim-device");
    private boolean stopped;
    private boolean done;

    DeviceThread(Machine machine) {
        this.machine = machine;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    boolean isDone() {
        return done;
    }

    /** Ends the thread after the look that it is at. */
    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        int eager = EAGER_LOOKS;
        while (true) {
            machine.lock().lock();
            try {
                if (stopped || !machine.hasWork()) {
                    done = true;
                    return;
                }
                eager = machine.settle() ? EAGER_LOOKS : eager - 1;
            } finally {
                machine.lock().unlock();
            }
            if (eager > 0) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
