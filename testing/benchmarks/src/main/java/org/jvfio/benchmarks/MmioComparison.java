// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jvfio.device.Mmio;
import org.jvfio.linux.LinuxHost;
import org.jvfio.spi.NativeMemory;

/** Prints what {@link Mmio} costs on plain memory, beside a plain volatile access to the same. */
public final class MmioComparison {
    /** So that a burst takes longer than reading the clock. */
    private static final int ACCESSES_PER_CALL = 100;

    private static final int SIZE = 4096;
    private static final int MASK = SIZE - Integer.BYTES;
    private static final VarHandle INTS =
            MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    @SuppressWarnings("UnusedVariable") // Read by nobody: it keeps what is computed for it.
    private static volatile int used;

    private final NativeMemory memory = LinuxHost.real().allocate(SIZE);
    private final ByteBuffer bytes = memory.window(0);
    private final Mmio registers = Mmio.over("memory", memory);

    private MmioComparison() {}

    /** Measures reads and writes of 32 bits. */
    public static void main(String[] arguments) {
        MmioComparison memory = new MmioComparison();
        System.out.printf("registers of 32 bits, Java %s%n", Runtime.version().feature());
        System.out.printf("%-18s %7s %9s %7s %9s%n", "", "ns", "more", "B/op", "target");
        print(
                new Interleaved()
                        .way("volatile read", count -> timed(count, memory::plainReads))
                        .way("Mmio.getInt", count -> timed(count, memory::reads))
                        .measure());
        print(
                new Interleaved()
                        .way("volatile write", count -> timed(count, memory::plainWrites))
                        .way("Mmio.putInt", count -> timed(count, memory::writes))
                        .measure());
    }

    private interface Accesses {
        void make(int count);
    }

    private static long timed(int calls, Accesses accesses) {
        long start = System.nanoTime();
        accesses.make(calls * ACCESSES_PER_CALL);
        return System.nanoTime() - start;
    }

    private void plainReads(int count) {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum += (int) INTS.getVolatile(bytes, i * Integer.BYTES & MASK);
        }
        used = sum;
    }

    private void reads(int count) {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum += registers.getInt(i * Integer.BYTES & MASK);
        }
        used = sum;
    }

    private void plainWrites(int count) {
        for (int i = 0; i < count; i++) {
            INTS.setVolatile(bytes, i * Integer.BYTES & MASK, i);
        }
    }

    private void writes(int count) {
        for (int i = 0; i < count; i++) {
            registers.putInt(i * Integer.BYTES & MASK, i);
        }
    }

    /** Prints the plain way and then the other. */
    private static void print(List<Interleaved.Result> results) {
        double plain = results.get(0).nanoseconds();
        print(results.get(0), plain, "");
        print(results.get(1), plain, "<= 2.00");
    }

    private static void print(Interleaved.Result result, double plain, String target) {
        System.out.printf(
                "%-18s %7.2f %9.2f %7.2f %9s%n",
                result.name(),
                result.nanoseconds() / ACCESSES_PER_CALL,
                (result.nanoseconds() - plain) / ACCESSES_PER_CALL,
                result.allocated() / ACCESSES_PER_CALL,
                target);
    }
}
