// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UseGateTest {
    private static final int ROUNDS = 500;
    private static final int USERS = 3;

    private final UseGate gate = new UseGate();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void everyThreadIsDone() throws InterruptedException {
        threads.shutdown();
        assertTrue(threads.awaitTermination(30, TimeUnit.SECONDS));
    }

    @Test
    void nobodyEntersAClosedGate() {
        assertTrue(gate.enter());
        gate.leave();

        assertTrue(gate.close());

        assertFalse(gate.enter());
        assertTrue(gate.isClosed());
    }

    @Test
    void onlyTheFirstOfTwoCloses() {
        assertTrue(gate.close());
        assertFalse(gate.close());
    }

    @Test
    void closingWaitsForAllThatAreInside() throws Exception {
        assertTrue(gate.enter());
        assertTrue(gate.enter());
        Future<Boolean> closing = threads.submit(gate::close);
        awaitClosed();

        gate.leave();
        assertFalse(closing.isDone());
        gate.leave();

        assertTrue(closing.get(30, TimeUnit.SECONDS));
    }

    @Test
    void aThreadThatWasInterruptedWaitsAllTheSameAndStaysInterrupted() throws Exception {
        assertTrue(gate.enter());
        Future<Boolean> interrupted =
                threads.submit(
                        () -> {
                            Thread.currentThread().interrupt();
                            gate.close();
                            return Thread.interrupted();
                        });
        awaitClosed();
        assertFalse(interrupted.isDone());

        gate.leave();

        assertTrue(interrupted.get(30, TimeUnit.SECONDS));
    }

    /** The thing behind the gate is alive for whoever is inside, however the threads meet. */
    @Test
    void nothingIsUsedAfterItWasClosed() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            oneRound(new UseGate());
        }
    }

    private void oneRound(UseGate raced) throws Exception {
        AtomicInteger alive = new AtomicInteger(1);
        AtomicInteger usedDead = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> users = new ArrayList<>();
        for (int user = 0; user < USERS; user++) {
            users.add(threads.submit(() -> use(raced, start, alive, usedDead)));
        }
        Future<Boolean> closing =
                threads.submit(
                        () -> {
                            start.await();
                            boolean closed = raced.close();
                            alive.set(0);
                            return closed;
                        });
        start.countDown();
        for (Future<?> user : users) {
            user.get(30, TimeUnit.SECONDS);
        }
        assertTrue(closing.get(30, TimeUnit.SECONDS));
        assertEquals(0, usedDead.get());
    }

    private static Void use(
            UseGate gate, CountDownLatch start, AtomicInteger alive, AtomicInteger usedDead)
            throws InterruptedException {
        start.await();
        while (gate.enter()) {
            usedDead.addAndGet(1 - alive.get());
            Thread.onSpinWait();
            usedDead.addAndGet(1 - alive.get());
            gate.leave();
        }
        return null;
    }

    private void awaitClosed() {
        while (!gate.isClosed()) {
            Thread.onSpinWait();
        }
    }
}
