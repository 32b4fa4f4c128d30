// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.AddressSpace;
import org.jvfio.DmaBuffer;
import org.jvfio.device.Mmio;
import org.jvfio.device.PciDevice;
import org.jvfio.device.Region;
import org.jvfio.spi.NativeMemory;
import org.jvfio.testkit.driver.EduDriver;

/** Closing: early, twice, in any order, and from several threads. */
public abstract class ClosingContract extends Contract {
    private static final int ROUNDS = 10;
    private static final int WARM = 100;
    private static final int BYTES = EduDriver.BUFFER_BYTES;

    /** For extension. */
    protected ClosingContract() {}

    @Test
    void closingTwiceDoesNothing() {
        PciDevice device = attach(bench().edu());
        Mmio mapped = device.bar(0).map();
        DmaBuffer buffer = space().allocate(BYTES);
        AddressSpace space = space();
        for (int i = 0; i < 2; i++) {
            mapped.close();
            buffer.close();
            device.close();
            space.close();
            vfio().close();
        }
        assertEquals(before(), bench().holdings());
    }

    @Test
    void closingTheSessionClosesEverything() {
        NativeMemory memory = memory(BYTES);
        PciDevice one = attach(bench().edu());
        AddressSpace otherSpace = vfio().newAddressSpace();
        PciDevice other = attach(otherSpace, bench().nvme());
        Mmio mapped = one.bar(0).map();
        DmaBuffer buffer = otherSpace.allocate(BYTES);
        one.addressSpace().map(onePage(), memory.address(), Access.READ_WRITE);
        one.msi().listen(0, vector -> {});
        other.msix().listen(0, vector -> {});

        vfio().close();

        assertEquals(before(), bench().holdings());
        assertThrows(IllegalStateException.class, () -> one.config().getInt(0));
        assertThrows(IllegalStateException.class, () -> other.config().getInt(0));
        assertThrows(IllegalStateException.class, () -> mapped.getInt(0));
        assertThrows(IllegalStateException.class, buffer::address);
        assertThrows(IllegalStateException.class, () -> otherSpace.allocate(BYTES));
        assertThrows(IllegalStateException.class, () -> vfio().addressSpace());
    }

    @Test
    void closedAddressSpaceRefusesEverything() {
        AddressSpace space = vfio().newAddressSpace();
        PciDevice device = attach(space, bench().edu());
        space.close();

        assertEquals(before(), bench().holdings());
        assertThrows(IllegalStateException.class, () -> device.config().getInt(0));
        assertThrows(IllegalStateException.class, () -> attach(space, bench().edu()));
        assertThrows(IllegalStateException.class, () -> space.unmap(onePage()));
        assertThrows(IllegalStateException.class, () -> space.map(onePage(), 0, Access.READ));
        assertThrows(IllegalStateException.class, space::unmapAll);
        assertEquals(List.of(), space.devices());
    }

    @Test
    void sessionGivesAFreshAddressSpaceForAClosedOne() {
        attach(bench().edu());
        space().close();

        attach(bench().edu()).close();
        assertEquals(before(), bench().holdings());
    }

    @Test
    void closedBufferKeepsItsBytesReadable() {
        try (PciDevice device = attach(bench().edu())) {
            DmaBuffer buffer = device.addressSpace().allocate(BYTES);
            ByteBuffer bytes = buffer.bytes();
            Pattern.of(1, BYTES).putInto(bytes);
            buffer.close();

            Pattern.only(0, BYTES).assertIn(bytes);
            bytes.putLong(0, -1);
            assertThrows(IllegalStateException.class, buffer::bytes);
            assertThrows(IllegalStateException.class, buffer::iova);
            assertThrows(IllegalStateException.class, buffer::size);
            assertThrows(IllegalStateException.class, buffer::address);
        }
    }

    @Test
    void closedBufferIsGoneForTheDevice() {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            DmaBuffer buffer = space().allocate(BYTES);
            long iova = buffer.iova();
            ByteBuffer bytes = buffer.bytes();
            Pattern.of(2, BYTES).putInto(bytes);
            edu.load(iova, BYTES);
            buffer.close();

            edu.store(iova, BYTES);

            Pattern.only(0, BYTES).assertIn(bytes);
        }
    }

    @Test
    void deviceCanBeAttachedAgainAtOnce() {
        for (int i = 0; i < ROUNDS; i++) {
            try (PciDevice device = attach(bench().edu())) {
                assertEquals(EduDriver.IDENTIFICATION_1_0, EduDriver.identification(device.bar(0)));
            }
        }
        assertEquals(before(), bench().holdings());
    }

    @Test
    void threadsMayCloseTogetherWhileOthersAreInside() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            for (int i = 0; i < ROUNDS; i++) {
                closeFromTwoThreadsUnderFire(threads);
                assertEquals(before().files(), bench().holdings().files());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Two close, one reads mapped registers, one reads through the kernel, one maps memory. */
    private void closeFromTwoThreadsUnderFire(ExecutorService threads) throws Exception {
        PciDevice device = attach(bench().edu());
        Region bar = device.bar(0);
        Mmio mapped = bar.map();
        CountDownLatch warm = new CountDownLatch(3);
        CyclicBarrier together = new CyclicBarrier(2);
        List<Future<?>> inside = new ArrayList<>();
        inside.add(threads.submit(() -> untilClosed(warm, () -> mapped.getInt(0))));
        inside.add(threads.submit(() -> untilClosed(warm, () -> bar.getInt(0))));
        inside.add(threads.submit(() -> untilClosed(warm, () -> device.config().getShort(0))));
        warm.await();
        for (int i = 0; i < 2; i++) {
            inside.add(
                    threads.submit(
                            () -> {
                                together.await();
                                device.close();
                                return null;
                            }));
        }
        for (Future<?> one : inside) {
            one.get(1, TimeUnit.MINUTES);
        }
    }

    /** Repeats an access until it answers that its object is closed; any other failure is one. */
    private static void untilClosed(CountDownLatch warm, Runnable access) {
        for (int i = 0; ; i++) {
            try {
                access.run();
            } catch (IllegalStateException closed) {
                return;
            }
            if (i == WARM) {
                warm.countDown();
            }
        }
    }

    @Test
    void sessionMayCloseWhileBuffersComeAndGo() throws Exception {
        attach(bench().edu());
        AddressSpace space = space();
        CountDownLatch warm = new CountDownLatch(1);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            Future<?> inside =
                    threads.submit(() -> untilClosed(warm, () -> space.allocate(BYTES).close()));
            warm.await();
            vfio().close();
            assertNull(resultOf(inside));
        } finally {
            threads.shutdownNow();
        }
    }

    private static Object resultOf(Future<?> future) throws Exception {
        try {
            return future.get(1, TimeUnit.MINUTES);
        } catch (ExecutionException failed) {
            throw new AssertionError("another thread failed", failed.getCause());
        }
    }
}
