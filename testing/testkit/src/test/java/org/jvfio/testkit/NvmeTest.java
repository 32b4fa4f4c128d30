// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.jvfio.testkit.Seam.PAGE;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.linux.uapi.IrqSet;
import org.jvfio.linux.uapi.VfioRequests;

/** The NVMe controller's admin queue. */
final class NvmeTest {
    private static final long SUBMISSIONS = Seam.IOVA;
    private static final long COMPLETIONS = Seam.IOVA + PAGE;
    private static final long DATA = Seam.IOVA + 2 * PAGE;
    private static final int IDENTIFY = 6;
    private static final int CONFIGURATION = 0x00460001;

    private Seam seam;
    private Bound nvme;
    private ByteBuffer memory;

    @BeforeEach
    void open() {
        seam = Seam.open();
        nvme = Bound.iommufd(seam, Seam.NVME).enabled();
        long address = seam.memory(4 * PAGE);
        memory = seam.view(address, 4 * PAGE).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(0, nvme.map(SUBMISSIONS, address, 4 * PAGE));
    }

    @AfterEach
    void close() {
        seam.close();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "nothing has happened");
            Thread.onSpinWait();
        }
    }

    private void enable() {
        nvme.write(0x24, 4, 0x00030003);
        nvme.write(0x28, 8, SUBMISSIONS);
        nvme.write(0x30, 8, COMPLETIONS);
        nvme.write(0x14, 4, CONFIGURATION);
        await(() -> (nvme.read(0x1c, 4) & 1) == 1);
    }

    /** Submits one command in slot {@code round} and answers its status, without the phase. */
    private int submit(int round, int opcode, int cns, long prp1, long prp2) {
        int slot = round % 4;
        int at = slot * 64;
        memory.put(at, (byte) opcode).putShort(at + 2, (short) (100 + round));
        memory.putLong(at + 24, prp1).putLong(at + 32, prp2).putInt(at + 40, cns);
        nvme.write(0x1000, 4, (slot + 1) % 4);
        int entry = PAGE + slot * 16;
        int phase = round / 4 % 2 == 0 ? 1 : 0;
        await(() -> (memory.getShort(entry + 14) & 1) == phase);
        assertEquals(100 + round, memory.getShort(entry + 12));
        nvme.write(0x1004, 4, (slot + 1) % 4);
        return Short.toUnsignedInt(memory.getShort(entry + 14)) >>> 1;
    }

    private String text(int at, int length) {
        byte[] bytes = new byte[length];
        memory.get(at, bytes);
        return new String(bytes, StandardCharsets.US_ASCII).strip();
    }

    @Test
    void controllerSaysWhoItIsMoreOftenThanItsQueueIsLong() {
        enable();
        for (int round = 0; round < 10; round++) {
            assertEquals(0, submit(round, IDENTIFY, 1, DATA, 0));
        }
        assertEquals("jvfio", text(2 * PAGE + 4, 20));
        assertEquals("QEMU NVMe Ctrl", text(2 * PAGE + 24, 40));
    }

    @Test
    void dataMayLieAcrossTwoPages() {
        enable();

        assertEquals(0, submit(0, IDENTIFY, 1, DATA + 0x800, DATA + 0x1000));

        assertEquals("QEMU NVMe Ctrl", text(2 * PAGE + 0x800 + 24, 40));
    }

    @Test
    void unknownCommandsAreAnswered() {
        enable();

        assertEquals(1, submit(0, 0xc0, 0, 0, 0) & 0xff);
        assertEquals(2, submit(1, IDENTIFY, 0xf0, DATA, 0) & 0xff);
    }

    @Test
    void completionInterrupts() {
        int eventfd = seam.eventfd();
        IrqSet set = IrqSet.eventfds(IrqSet.ACTION_TRIGGER, 2, 0, eventfd);
        assertEquals(0, seam.ioctl(nvme.device, VfioRequests.DEVICE_SET_IRQS, set));
        enable();

        submit(0, IDENTIFY, 1, DATA, 0);

        assertTrue(seam.arrives(eventfd));
        nvme.write(0x14, 4, 0);
        await(() -> (nvme.read(0x1c, 4) & 1) == 0);
    }
}
