// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Threads that work at once; what fails in one of them fails the test. */
final class Crew implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 100;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> work = new ArrayList<>();

    /** Gives a thread of its own something to do. */
    void start(Callable<?> task) {
        work.add(threads.submit(task));
    }

    /** Waits until everybody is done. */
    void await() throws Exception {
        for (Future<?> one : work) {
            try {
                one.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException failed) {
                throw new AssertionError("another thread failed", failed.getCause());
            }
        }
    }

    /** Sends everybody home. After {@link #await} nobody is there any more. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
