// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.DmaBuffer;
import org.jvfio.Host;
import org.jvfio.IovaRange;
import org.jvfio.VfioException;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.LinuxHost;
import org.jvfio.spi.NativeMemory;
import org.jvfio.testkit.driver.EduDriver;

/** Memory that is brought in before it is mapped, by several threads where it is large. */
public abstract class PopulateContract extends Contract {
    private static final long FIRST = 0x1000_0000;
    private static final long HUGE_PAGE = 2 << 20;
    private static final String FREE_HUGE_PAGES =
            "/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages";

    /** More than two threads' share, and not a whole number of them. */
    private static final long BIG = 40 << 20;

    /** For extension. */
    protected PopulateContract() {}

    @Test
    void populatedMemoryIsThereAndReached() {
        NativeMemory memory = memory(BIG);
        assertEquals(BIG, missing(memory.address(), BIG));

        host().populate(memory.address(), BIG);

        assertEquals(0, missing(memory.address(), BIG));
        assertReached(memory);
    }

    @Test
    void aSinglePageIsPopulated() {
        long page = host().pageSize();
        NativeMemory memory = memory(3 * page);

        host().populate(memory.address() + page, page);

        assertEquals(0, missing(memory.address() + page, page));
    }

    @Test
    void largeBufferIsThereBeforeADeviceIs() {
        DmaBuffer buffer = space().allocate(BIG);

        assertEquals(0, missing(buffer.address(), BIG));
        assertEquals(0, buffer.address() % HUGE_PAGE);
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            Reach.assertReaches(edu, buffer.iova(), buffer.bytes(0, Reach.BYTES));
            int last = (int) BIG - Reach.BYTES;
            Reach.assertReaches(edu, buffer.iova() + last, buffer.bytes(last, Reach.BYTES));
        }
        buffer.close();
    }

    @Test
    void noByteChanges() {
        NativeMemory memory = memory(BIG);
        int last = (int) BIG - Long.BYTES;
        memory.window(0).putLong(0, 17).putLong(last, 18);

        host().populate(memory.address(), BIG);
        host().populate(memory.address(), BIG);

        assertEquals(17, memory.window(0).getLong(0));
        assertEquals(18, memory.window(0).getLong(last));
        assertEquals(0, memory.window(0).getLong(last / 2));
    }

    @Test
    void memoryThatMayOnlyBeReadIsRead() {
        withPages(
                Fcntl.PROT_READ,
                address -> {
                    host().populate(address, BIG);

                    assertEquals(0, missing(address, BIG));
                });
    }

    @Test
    void memoryThatMayNotBeTouchedIsRefused() {
        withPages(
                Fcntl.PROT_NONE,
                address -> {
                    VfioException refused = refused(address, BIG, Errno.EINVAL);

                    assertNames(refused, "neither read nor written");
                });
    }

    @Test
    void holeIsRefusedAndTheRangeNamed() {
        withPages(
                Fcntl.PROT_READ | Fcntl.PROT_WRITE,
                address -> {
                    long hole = address + BIG - 5 * HUGE_PAGE;
                    assertEquals(0, kernel().munmap(hole, host().pageSize()));

                    VfioException refused = refused(address, BIG, Errno.ENOMEM);

                    assertNames(
                            refused,
                            "[0x%x, 0x%x]".formatted(address, address + BIG - 1),
                            "memory of this process");
                    host().populate(address, hole - address);
                });
    }

    @Test
    void whatIsNotWholePagesOfTheProcessIsRefused() {
        NativeMemory memory = memory(host().pageSize());
        long page = host().pageSize();

        for (long[] wrong :
                new long[][] {
                    {memory.address() + 1, page},
                    {memory.address(), page - 1},
                    {memory.address(), 0},
                    {memory.address(), -page},
                    {Long.MIN_VALUE, page},
                    {Long.MAX_VALUE - page + 1, page},
                }) {
            assertThrows(IllegalArgumentException.class, () -> host().populate(wrong[0], wrong[1]));
        }
    }

    @Test
    void interruptionEndsNothingAndIsKept() {
        NativeMemory memory = memory(BIG);
        Thread.currentThread().interrupt();

        host().populate(memory.address(), BIG);

        assertTrue(Thread.interrupted());
        assertEquals(0, missing(memory.address(), BIG));
    }

    @Test
    void hugePagesThatWereSetAsideAreReached() throws KernelException {
        boolean none =
                kernel().files().exists(FREE_HUGE_PAGES)
                        && kernel().files().read(FREE_HUGE_PAGES).equals("0");
        assumeFalse(none, "the machine has set no huge pages aside");
        NativeMemory memory = host().allocateHugePages(1, HUGE_PAGE);

        assertEquals(HUGE_PAGE, memory.size());
        assertEquals(0, memory.address() % HUGE_PAGE);
        host().populate(memory.address(), memory.size());
        assertReached(memory);
        memory.retire();
    }

    @Test
    void tooFewHugePagesAreNamed() {
        VfioException refused =
                assertThrows(
                        VfioException.class, () -> host().allocateHugePages(1L << 46, HUGE_PAGE));

        assertEquals(OptionalInt.of(Errno.ENOMEM.number()), refused.errno());
        assertNames(refused, "33554432 of them", "hugepages-2048kB/nr_hugepages");
        for (long size : new long[] {0, -1, host().pageSize(), 3 << 20}) {
            assertThrows(IllegalArgumentException.class, () -> host().allocateHugePages(1, size));
        }
    }

    private Host host() {
        return vfio().host();
    }

    private void assertReached(NativeMemory memory) {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            space().map(IovaRange.of(FIRST, memory.size()), memory.address(), Access.READ_WRITE);
            int last = (int) memory.size() - Reach.BYTES;
            Reach.assertReaches(edu, FIRST, memory.window(0));
            Reach.assertReaches(edu, FIRST + last, memory.window(0).slice(last, Reach.BYTES));
            device.addressSpace().unmapAll();
        }
    }

    private VfioException refused(long address, long bytes, Errno errno) {
        VfioException refused =
                assertThrows(VfioException.class, () -> host().populate(address, bytes));
        assertEquals(OptionalInt.of(errno.number()), refused.errno());
        return refused;
    }

    /** Memory of the caller's own, which the SDK does not know. */
    private void withPages(int protection, Consumer<Long> test) {
        int flags = Fcntl.MAP_PRIVATE | Fcntl.MAP_ANONYMOUS;
        long address = kernel().mmap(0, BIG, protection, flags, -1, 0);
        try {
            test.accept(address);
        } finally {
            assertEquals(0, kernel().munmap(address, BIG));
        }
    }

    /** How many bytes the process has no memory for yet: by the pages of the machine under us. */
    private static long missing(long address, long bytes) {
        long page = LinuxHost.real().pageSize();
        byte[] entries = new byte[(int) (bytes / page * Long.BYTES)];
        try (RandomAccessFile map = new RandomAccessFile("/proc/self/pagemap", "r")) {
            map.seek(address / page * Long.BYTES);
            map.readFully(entries);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        long missing = 0;
        // Bit 63 of an entry: the page is there. The machine's byte order; s390x has it first.
        int top = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? 0 : 7;
        for (int at = top; at < entries.length; at += Long.BYTES) {
            missing += entries[at] < 0 ? 0 : page;
        }
        return missing;
    }
}
