// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.jvfio.testkit.Seam.PAGE;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.uapi.IrqSet;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.testkit.device.EduModel;

/** Registers through memory, without a system call. */
final class MappedBarTest {
    private static final VarHandle INT =
            MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Seam seam;
    private Bound edu;
    private long address;
    private ByteBuffer bar;

    @BeforeEach
    void open() {
        seam = Seam.open();
        map(Bound.Interface.LEGACY);
    }

    private void map(Bound.Interface through) {
        edu = through.edu(seam).enabled();
        address = edu.mmap(0, PAGE);
        assertTrue(address > 0, "mmap: " + address);
        bar = seam.view(address, PAGE);
    }

    @AfterEach
    void close() {
        seam.kernel.munmap(address, PAGE);
        seam.close();
    }

    private int get(int at) {
        return (int) INT.getVolatile(bar, at);
    }

    private void put(int at, int value) {
        INT.setVolatile(bar, at, value);
    }

    private void put(int at, long value) {
        LONG.setVolatile(bar, at, value);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "nothing has happened");
            Thread.onSpinWait();
        }
    }

    @Test
    void registersShowAtOnceAndStoresTakeEffect() {
        assertEquals(0x010000ed, get(0));
        assertEquals(-1, get(0x60));

        put(0x04, 0x12345678);

        await(() -> get(0x04) == 0xedcba987);
        assertEquals(0xedcba987L, edu.read(0x04, 4));
    }

    @Test
    void systemCallsAndMemoryShowTheSame() {
        edu.write(0x04, 4, 0x0f0f0f0f);

        await(() -> get(0x04) == 0xf0f0f0f0);

        put(0x08, 6);
        await(() -> get(0x08) == 720);
        assertEquals(720, edu.read(0x08, 4));
    }

    @ParameterizedTest
    @EnumSource(Bound.Interface.class)
    void dmaIsProgrammedThroughMemoryAgainAndAgain(Bound.Interface through) {
        if (through == Bound.Interface.IOMMUFD) {
            seam.kernel.munmap(address, PAGE);
            seam.close(edu.device);
            seam.close(edu.group);
            map(through);
        }
        long memory = seam.memory(PAGE);
        assertEquals(0, edu.map(0x10 * PAGE, memory, PAGE));
        ByteBuffer bytes = seam.view(memory, PAGE);
        for (int round = 1; round <= (Seam.REAL ? 3 : 50); round++) {
            bytes.putLong(0, 0x1111_1111_1111_1111L * round).putLong(0x100, 0);
            transfer(0x10 * PAGE, EduModel.BUFFER, 8, 1);
            transfer(EduModel.BUFFER, 0x10 * PAGE + 0x100, 8, 3);

            assertEquals(bytes.getLong(0), bytes.getLong(0x100), "round " + round);
        }
    }

    private void transfer(long source, long destination, long count, long command) {
        put(0x80, source);
        put(0x88, destination);
        put(0x90, count);
        put(0x98, command);
        await(() -> ((long) LONG.getVolatile(bar, 0x98) & 1) == 0);
    }

    @Test
    void interruptIsRaisedAndAcknowledgedManyTimes() {
        int eventfd = seam.eventfd();
        IrqSet set = IrqSet.eventfds(IrqSet.ACTION_TRIGGER, 1, 0, eventfd);
        assertEquals(0, seam.ioctl(edu.device, VfioRequests.DEVICE_SET_IRQS, set));
        for (int round = 0; round < 20; round++) {
            put(0x60, 1);
            assertTrue(seam.arrives(eventfd));
            await(() -> get(0x24) == 1);
            assertTrue(seam.taken(eventfd) > 0);
            put(0x64, 1);
            await(() -> get(0x24) == 0);
        }
    }

    @Test
    void zerosLaidOverItTakeTheBarAway() {
        int flags = Fcntl.MAP_PRIVATE | Fcntl.MAP_ANONYMOUS | Fcntl.MAP_FIXED;

        assertEquals(address, seam.kernel.mmap(address, PAGE, 3, flags, -1, 0));

        assertEquals(0, get(0));
        seam.close(edu.device);
        seam.close(edu.group);
        seam.open("/dev/vfio/" + Seam.EDU_GROUP);
    }

    @Test
    void laterPagesAreMappedAlone() {
        long second = edu.mmap(PAGE, 2 * PAGE);
        ByteBuffer later = seam.view(second, 2 * PAGE);

        assertEquals(-1, later.getInt(0));

        assertEquals(0, seam.kernel.munmap(second, PAGE));
        assertEquals(-1, later.getInt(PAGE));
        assertEquals(0, seam.kernel.munmap(second + PAGE, PAGE));
    }
}
