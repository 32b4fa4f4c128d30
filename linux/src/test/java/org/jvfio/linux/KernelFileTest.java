// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvfio.VfioException;
import org.jvfio.linux.uapi.IrqSet;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelFileTest {
    private static final String PATH = "/dev/vfio/devices/vfio0";

    private final ScriptedKernel kernel = new ScriptedKernel();

    @AfterEach
    void everyAnswerWasCalledFor() {
        assertTrue(kernel.isDone());
    }

    @Test
    void aRefusedOpenSaysSo() {
        kernel.refuse(Errno.EBUSY);

        var refused =
                assertThrows(KernelException.class, () -> GroupFd.open(kernel, "/dev/vfio/9"));

        assertEquals("open", refused.request());
        assertEquals(Errno.EBUSY, refused.errno());
    }

    @Test
    void whatWasOpenedIsClosedOnce() throws KernelException {
        DeviceFd device = DeviceFd.open(kernel, PATH);

        device.close();
        device.close();

        assertEquals(List.of("open " + PATH + " 2", "close 33"), kernel.calls);
    }

    @Test
    void whatWasBorrowedIsNotClosedAndYetNotUsedAfterwards() {
        IommuFd iommu = IommuFd.borrow(kernel, 12);

        iommu.close();

        assertThrows(IllegalStateException.class, iommu::allocateIoas);
        assertEquals(List.of(), kernel.calls);
    }

    @Test
    void aFailedCloseNamesThePath() {
        DeviceFd device = DeviceFd.own(kernel, 33, PATH);
        kernel.refuse(Errno.EIO);

        var failed = assertThrows(VfioException.class, device::close);

        assertEquals(PATH, failed.object());
        assertEquals("close", failed.request());
        assertEquals(OptionalInt.of(Errno.EIO.number()), failed.errno());
        device.close();
    }

    @Test
    void anInterruptedCloseIsAClose() {
        kernel.refuse(Errno.EINTR);

        DeviceFd.own(kernel, 33, PATH).close();

        assertEquals(List.of("close 33"), kernel.calls);
    }

    @Test
    void aClosedFileAnswersWithItsPathAndDoesNotReachTheKernel() {
        DeviceFd device = DeviceFd.borrow(kernel, 33, PATH);
        device.close();

        var closed = assertThrows(IllegalStateException.class, () -> device.read(0, 0, 1));

        assertEquals(PATH + ": closed", closed.getMessage());
        assertThrows(IllegalStateException.class, device::fd);
        assertThrows(IllegalStateException.class, device::info);
        assertThrows(IllegalStateException.class, device::reset);
        assertThrows(IllegalStateException.class, () -> device.map(0, 4096, 1));
        assertThrows(IllegalStateException.class, () -> device.setIrqs(IrqSet.disable(0)));
        assertEquals(List.of(), kernel.calls);
        assertEquals(PATH, device.path());
    }

    @Test
    void closeWaitsForTheRequestThatIsUnderWay() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        kernel.then(
                argument -> {
                    inside.countDown();
                    await(answer);
                    return 0;
                });
        DeviceFd device = DeviceFd.own(kernel, 33, PATH);
        CompletableFuture<Void> resetting = CompletableFuture.runAsync(() -> reset(device));
        await(inside);

        Thread closing = new Thread(device::close);
        closing.start();
        while (closing.getState() != Thread.State.WAITING && closing.isAlive()) {
            Thread.onSpinWait();
        }
        assertFalse(kernel.calls.contains("close 33"));
        answer.countDown();

        resetting.get(30, TimeUnit.SECONDS);
        closing.join(30_000);
        assertEquals(List.of("ioctl 33 0x20003b6f", "close 33"), kernel.calls);
    }

    private static void reset(DeviceFd device) {
        try {
            device.reset();
        } catch (KernelException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
