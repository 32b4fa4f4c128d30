// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvfio.device.InterruptListener;
import org.jvfio.device.Interrupts;

/** How interrupts reach their listeners, through eventfds of this machine. */
@Timeout(60)
final class InterruptThreadTest {
    private static final int INTX = 0;
    private static final int MSIX = 1;
    private static final int DELIVERIES = 20_000;
    private static final long FOR_EVER = 0; // as Thread.join counts

    private final ScriptedVfio kernel = new ScriptedVfio();
    private final BlockingQueue<Integer> seen = new LinkedBlockingQueue<>();

    private KernelDevice device;
    private Interrupts intx;
    private Interrupts msix;

    @BeforeEach
    void openDevice() {
        kernel.irqs.put(INTX, new ScriptedVfio.Irq(0x7, 1));
        kernel.irqs.put(MSIX, new ScriptedVfio.Irq(0x1, 64));
        device = new ScriptedDevice(kernel).open();
        intx = device.interrupts(INTX);
        msix = device.interrupts(MSIX);
    }

    @AfterEach
    void closeDevice() throws InterruptedException {
        device.close();
        Thread left = interruptThread();
        if (left != null) {
            left.join(30_000);
            assertFalse(left.isAlive());
        }
        kernel.assertNothingLeaked();
    }

    @Test
    void eachInterruptReachesItsListener() throws InterruptedException {
        msix.listen(3, seen::add);
        msix.listen(40, vector -> seen.add(-vector));

        kernel.fire(MSIX, 3);
        assertEquals(3, seen.take());
        kernel.fire(MSIX, 40);
        assertEquals(-40, seen.take());
        kernel.fire(MSIX, 3);
        assertEquals(3, seen.take());
    }

    @Test
    void interruptsThatComeTogetherAreOneCall() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        msix.listen(0, vector -> await(go));
        msix.listen(1, seen::add);
        kernel.fire(MSIX, 0);

        for (int i = 0; i < 5; i++) {
            kernel.fire(MSIX, 1);
        }
        go.countDown();

        assertEquals(1, seen.take());
        msix.listen(2, seen::add);
        kernel.fire(MSIX, 2);
        assertEquals(2, seen.take());
    }

    @Test
    void anotherListenerTakesOver() throws InterruptedException {
        msix.listen(3, vector -> seen.add(-1));
        msix.listen(3, vector -> seen.add(-2));

        kernel.fire(MSIX, 3);

        assertEquals(-2, seen.take());
    }

    @Test
    void whatAListenerThrowsIsNotTheEnd() throws InterruptedException {
        msix.listen(
                0,
                vector -> {
                    seen.add(vector);
                    throw new AssertionError("logged, as it should be");
                });

        kernel.fire(MSIX, 0);
        assertEquals(0, seen.take());
        kernel.fire(MSIX, 0);
        assertEquals(0, seen.take());
    }

    @Test
    void aLevelInterruptIsUnmaskedAfterItsListener() throws InterruptedException {
        CountDownLatch unmasked = new CountDownLatch(1);
        kernel.onSetIrqs =
                words -> {
                    if (words.get(0) == 0x11) {
                        seen.add(2);
                        unmasked.countDown();
                    }
                    return 0;
                };
        intx.listen(0, vector -> seen.add(1));

        kernel.fire(INTX, 0);
        unmasked.await();

        assertThat(seen).containsExactly(1, 2);
        assertThat(kernel.takeIrqSets()).last().isEqualTo("20 [17, 0, 0, 1]");
    }

    @Test
    void whatTheListenerMasksStaysMasked() throws InterruptedException {
        msix.listen(0, seen::add);
        intx.listen(0, vector -> intx.mask(0));

        kernel.fire(INTX, 0);
        kernel.fire(MSIX, 0);
        seen.take();
        kernel.fire(MSIX, 0);
        seen.take();

        assertThat(kernel.takeIrqSets()).last().isEqualTo("20 [9, 0, 0, 1]");
        intx.unmask(0);
        assertThat(kernel.takeIrqSets()).containsExactly("20 [17, 0, 0, 1]");
    }

    @Test
    void edgeInterruptsAreNotUnmasked() throws InterruptedException {
        msix.listen(0, seen::add);
        kernel.takeIrqSets();

        kernel.fire(MSIX, 0);
        seen.take();
        device.close();

        assertThat(kernel.takeIrqSets()).containsExactly("20 [33, 1, 0, 0]");
    }

    @Test
    void aReleasedVectorIsHeardNoMore() throws InterruptedException {
        msix.listen(0, seen::add);
        msix.listen(1, seen::add);
        kernel.fire(MSIX, 0);
        seen.take();

        msix.release(0);
        kernel.fire(MSIX, 1);

        assertEquals(1, seen.take());
        assertTrue(seen.isEmpty());
    }

    @Test
    void aListenerMayReleaseAndListen() throws InterruptedException {
        msix.listen(
                0,
                vector -> {
                    msix.release(0);
                    msix.listen(5, seen::add);
                    seen.add(-1);
                });

        kernel.fire(MSIX, 0);
        assertEquals(-1, seen.take());
        kernel.fire(MSIX, 5);
        assertEquals(5, seen.take());
    }

    @Test
    void aListenerMayCloseTheDevice() throws Exception {
        BlockingQueue<Thread> closer = new SynchronousQueue<>();
        msix.listen(
                0,
                vector -> {
                    device.close();
                    put(closer, Thread.currentThread());
                });

        kernel.fire(MSIX, 0);

        closer.take().join();
        assertThrows(IllegalStateException.class, () -> msix.listen(0, seen::add));
    }

    @Test
    void closeWaitsForTheListenerThatIsRunning() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        msix.listen(
                0,
                vector -> {
                    inside.countDown();
                    await(go);
                    seen.add(vector);
                });
        kernel.fire(MSIX, 0);
        inside.await();

        Thread closer = new Thread(device::close);
        closer.start();
        while (!joins(closer)) {
            assertTrue(closer.isAlive());
            Thread.onSpinWait();
        }
        go.countDown();
        closer.join();

        assertEquals(0, seen.poll());
        assertNull(interruptThread());
    }

    @Test
    void aListenerThatClosesDoesNotWaitForItself() throws Exception {
        InterruptThread thread = new InterruptThread(kernel, "own", FOR_EVER);
        ListenedVector vector = vector(number -> thread.close());
        thread.add(vector);
        Thread running = named("jvfio-interrupts own");

        kernel.signal(vector.descriptor());

        running.join(30_000);
        assertFalse(running.isAlive());
        vector.close();
    }

    @Test
    void closeDoesNotWaitForEver() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        InterruptThread thread = new InterruptThread(kernel, "slow", 1);
        ListenedVector slow =
                vector(
                        number -> {
                            inside.countDown();
                            await(go);
                        });
        thread.add(slow);
        kernel.signal(slow.descriptor());
        inside.await();
        Thread running = named("jvfio-interrupts slow");

        thread.close();

        assertTrue(running.isAlive());
        assertThrows(IllegalStateException.class, () -> thread.add(slow));
        go.countDown();
        running.join();
        slow.close();
    }

    @Test
    void theThreadIsThereFromTheFirstListenerToTheClose() throws InterruptedException {
        assertNull(interruptThread());
        msix.connect(0, 70);
        assertNull(interruptThread());

        msix.listen(1, seen::add);
        Thread thread = interruptThread();
        intx.listen(0, seen::add);

        assertTrue(thread.isDaemon());
        assertSame(thread, interruptThread());
        device.close();
        assertFalse(thread.isAlive());
    }

    @Test
    void deliveryAllocatesNothing() throws InterruptedException {
        var memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] bytes = new long[2];
        int[] state = new int[2];
        CountDownLatch done = new CountDownLatch(1);
        msix.listen(
                0,
                vector -> {
                    int call = ++state[0];
                    if (call == DELIVERIES) {
                        bytes[0] = memory.getCurrentThreadAllocatedBytes();
                    } else if (call == 2 * DELIVERIES) {
                        bytes[1] = memory.getCurrentThreadAllocatedBytes();
                        done.countDown();
                        return;
                    }
                    kernel.signal(state[1]);
                });
        state[1] = kernel.eventfdOf(MSIX, 0);

        kernel.fire(MSIX, 0);
        done.await();

        assertThat(bytes[1] - bytes[0]).isLessThan(DELIVERIES);
    }

    private static boolean joins(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(f -> f.getMethodName().equals("join"));
    }

    private ListenedVector vector(InterruptListener listener) throws KernelException {
        DeviceFd file = DeviceFd.borrow(kernel, ScriptedVfio.DEVICE, "device");
        return new ListenedVector("device", 0, file, null, listener);
    }

    private static Thread interruptThread() {
        return named("jvfio-interrupts " + ScriptedDevice.NAME);
    }

    private static Thread named(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name) && thread.isAlive())
                .findFirst()
                .orElse(null);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static <T> void put(BlockingQueue<T> queue, T value) {
        try {
            queue.put(value);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
