// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.jvfio.testkit.Seam.PAGE;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.jvfio.linux.Fcntl;
import org.jvfio.testkit.device.EduModel;

/** The clock of a simulated machine: the real one, or one that a test moves. */
final class SimTimeTest {
    private static final Duration TRANSFER = Duration.ofMillis(100);

    private Seam seam = machine(SimTime.MANUAL);

    private static Seam machine(SimTime time) {
        return Seam.on(
                SimKernel.builder()
                        .time(time)
                        .device(SimDevice.of(Seam.EDU, new EduModel(TRANSFER)).inGroup(5))
                        .build());
    }

    @AfterEach
    void close() {
        seam.close();
    }

    private Bound started(long memory) {
        Bound edu = Bound.Interface.IOMMUFD.edu(seam).enabled();
        assertEquals(0, edu.map(0x10000, memory, PAGE));
        seam.view(memory, PAGE).putInt(0, 0x5eed);
        edu.write(0x80, 8, 0x10000);
        edu.write(0x88, 8, 0x40000);
        edu.write(0x90, 8, 4);
        edu.write(0x98, 8, 1);
        return edu;
    }

    private int transferred() {
        byte[] buffer = seam.sim().model(Seam.EDU, EduModel.class).buffer();
        return Byte.toUnsignedInt(buffer[0]) | Byte.toUnsignedInt(buffer[1]) << 8;
    }

    @Test
    void slowDeviceIsDoneWhenItsTimeHasPassed() {
        Bound edu = started(seam.memory(PAGE));
        seam.sim().advance(TRANSFER.minusNanos(1));
        assertEquals(1, edu.read(0x98, 8));
        edu.write(0x90, 8, 8);
        assertEquals(4, edu.read(0x90, 8));
        assertEquals(0, transferred());

        seam.sim().advance(Duration.ofNanos(1));

        assertEquals(0, edu.read(0x98, 8));
        assertEquals(0x5eed, transferred());
    }

    @Test
    void waitEndsWhenTheTestLetsItsTimePass() throws Exception {
        Words entry = new Words(2);
        entry.pollfd(0, seam.eventfd(), Fcntl.POLLIN);
        CompletableFuture<Integer> poll =
                CompletableFuture.supplyAsync(
                        () -> seam.kernel.poll(entry.address(), 1, 3_600_000));

        while (!poll.isDone()) {
            seam.sim().advance(Duration.ofMinutes(1));
        }

        assertEquals(0, poll.get(10, TimeUnit.SECONDS));
    }

    @Test
    void realClockNeedsNobodyToMoveIt() {
        seam.close();
        seam = machine(SimTime.REAL);
        long begin = System.nanoTime();
        Bound edu = started(seam.memory(PAGE));

        while ((edu.read(0x98, 8) & 1) != 0) {
            Thread.onSpinWait();
        }

        assertTrue(System.nanoTime() - begin >= TRANSFER.toNanos());
        assertEquals(0x5eed, transferred());
        assertThrows(IllegalStateException.class, () -> seam.sim().advance(TRANSFER));
    }
}
