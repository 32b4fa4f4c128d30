// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvfio.Access;
import org.jvfio.AddressSpace;
import org.jvfio.IovaRange;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.PciDevice;
import org.jvfio.spi.NativeMemory;
import org.jvfio.testkit.contract.Holdings;

/**
 * The real kernel fails at the n-th place where iommufd lets itself be failed, for every n.
 *
 * <p>Source: {@code fail-nth} in {@code Documentation/fault-injection/fault-injection.rst}; the
 * places are those of {@code CONFIG_IOMMUFD_TEST}: memory that runs out, pages that cannot be
 * pinned, objects that are not found.
 */
@DisplayName("fault injection")
final class FaultInjectionRun extends GuestCase {
    private static final Path NTH = Path.of("/proc/thread-self/fail-nth");
    private static final int MOST = 1_000;
    private static final int PAGE = 4096;
    private static final long IOVA = 0x1000_0000L;

    @BeforeEach
    void kernelMustBeAbleToFail() {
        assumeTrue(
                Files.exists(NTH), "the kernel was built without CONFIG_FAULT_INJECTION: " + NTH);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64, 1024})
    void mapIsDoneOrRefusedWhereverTheKernelFails(int pages) {
        IovaRange range = IovaRange.of(IOVA, (long) pages * PAGE);
        try (Vfio vfio = Vfio.open();
                PciDevice device = attach(vfio, GuestBench.IOMMUFD)) {
            AddressSpace space = device.addressSpace();
            NativeMemory memory = touched(vfio, pages);
            sweep(
                    "map of " + pages + " pages",
                    () -> space.map(range, memory.address(), Access.READ_WRITE),
                    () -> assertEquals(range.length(), space.unmap(range)));
            assertEquals(List.of(), space.mappings());
            memory.retire();
        }
    }

    @Test
    void attachIsDoneOrRefusedWhereverTheKernelFails() {
        try (Vfio vfio = Vfio.open()) {
            AddressSpace space = vfio.addressSpace();
            NativeMemory memory = touched(vfio, 64);
            space.map(IovaRange.of(IOVA, 32 * PAGE), memory.address(), Access.READ_WRITE);
            space.map(IovaRange.of(2 * IOVA, 32 * PAGE), memory.address() + 32 * PAGE, Access.READ);
            sweep(
                    "attach with mappings",
                    () -> attach(vfio, GuestBench.IOMMUFD),
                    () -> space.devices().get(0).close());
            space.unmapAll();
            memory.retire();
        }
    }

    private static NativeMemory touched(Vfio vfio, int pages) {
        NativeMemory memory = vfio.host().allocate((long) pages * PAGE);
        ByteBuffer bytes = memory.window(0);
        for (int page = 0; page < pages; page++) {
            bytes.put(page * PAGE, (byte) 1);
        }
        return memory;
    }

    /** Fails at one place after the other, until none is left that was not tried. */
    private static void sweep(String what, Runnable operation, Runnable undo) {
        Holdings before = Holdings.ofThisProcess();
        int refused = 0;
        for (int n = 1; ; n++) {
            assertTrue(n < MOST, "no end after " + MOST + " places");
            boolean done = isDone(n, operation);
            boolean failed = disarm();
            if (!done) {
                assertTrue(failed, "refused, though nothing was made to fail");
                refused++;
                assertEquals(before, Holdings.ofThisProcess(), "held after place " + n);
                operation.run();
            }
            undo.run();
            assertEquals(before, Holdings.ofThisProcess(), "held in the end, place " + n);
            if (!failed) {
                System.out.printf(
                        "fault injection: %s: %d places, %d refused%n", what, n - 1, refused);
                assertTrue(refused > 0, "nothing was made to fail");
                return;
            }
        }
    }

    private static boolean isDone(int n, Runnable operation) {
        write(n);
        try {
            operation.run();
            return true;
        } catch (VfioException told) {
            assertTrue(told.errno().isPresent(), told::getMessage);
            return false;
        }
    }

    /** Fails no more; says whether something was made to fail. */
    private static boolean disarm() {
        try {
            boolean failed = Files.readString(NTH).strip().equals("0");
            write(0);
            return failed;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void write(int n) {
        try {
            Files.writeString(NTH, Integer.toString(n));
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }
}
