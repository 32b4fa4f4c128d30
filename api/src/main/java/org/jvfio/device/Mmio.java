// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jvfio.VfioException;
import org.jvfio.spi.NativeMemory;

/**
 * A part of a device's region in this process's memory: each access is one load or store, without a
 * system call and without garbage.
 *
 * <p>Accesses are volatile: none is left out, merged or moved across another. A store is ordered
 * after the stores to memory before it, so a doorbell follows the descriptor that it announces.
 *
 * <p><b>Failure.</b> As {@link Registers} says. An access that races with {@link #close} reads
 * zeros or throws, and never takes the JVM down. If the device stops decoding its memory, an access
 * never takes the JVM down either: it throws {@link VfioException} where the JVM learns of it in
 * time (Java 25, unless compiled into its caller), else the thread meets an {@link InternalError}
 * at a later safepoint, and what was read until then means nothing. An access through the {@link
 * Region} tells at once.
 *
 * <p><b>Lifetime.</b> From {@link Region#map()} to {@link #close}, or to the close of its device.
 */
public final class Mmio implements Registers, AutoCloseable {
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final VarHandle SHORTS =
            MethodHandles.byteBufferViewVarHandle(short[].class, ORDER);
    private static final VarHandle INTS = MethodHandles.byteBufferViewVarHandle(int[].class, ORDER);
    private static final VarHandle LONGS =
            MethodHandles.byteBufferViewVarHandle(long[].class, ORDER);
    private static final int WINDOW_SHIFT = Long.numberOfTrailingZeros(NativeMemory.WINDOW_BYTES);
    private static final long WINDOW_MASK = NativeMemory.WINDOW_BYTES - 1;

    private final String name;
    private final NativeMemory memory;
    private final ByteBuffer[] windows;
    private final long size;
    private int rareInt = 0x6a76_6669;
    private long rareLong = 0x6a76_6669_6f21_0a0dL;
    private volatile boolean closed;

    private Mmio(String name, NativeMemory memory) {
        this.name = name;
        this.memory = memory;
        this.size = memory.size();
        this.windows = new ByteBuffer[(int) ((size + WINDOW_MASK) >>> WINDOW_SHIFT)];
        for (int i = 0; i < windows.length; i++) {
            windows[i] = memory.window(i);
        }
    }

    /**
     * Registers in {@code memory}, which is retired when they are closed: for implementers of
     * {@link org.jvfio.spi.BusProvider}.
     *
     * @param name for messages: {@code "0000:02:00.0 BAR 0"}
     */
    public static Mmio over(String name, NativeMemory memory) {
        return new Mmio(name, memory);
    }

    @Override
    public long size() {
        return size;
    }

    /** Where the memory is in this process, for an embedder that maps it for a guest. */
    public long address() {
        check(0, 1);
        return memory.address();
    }

    @Override
    public byte getByte(long offset) {
        check(offset, Byte.BYTES);
        try {
            VarHandle.fullFence();
            byte value = window(offset).get((int) (offset & WINDOW_MASK));
            VarHandle.fullFence();
            return (byte) kept(value);
        } catch (InternalError fault) {
            throw silent(offset, fault);
        }
    }

    @Override
    public short getShort(long offset) {
        check(offset, Short.BYTES);
        try {
            int at = (int) (offset & WINDOW_MASK);
            return (short) kept((short) SHORTS.getVolatile(window(offset), at));
        } catch (InternalError fault) {
            throw silent(offset, fault);
        }
    }

    @Override
    public int getInt(long offset) {
        check(offset, Integer.BYTES);
        try {
            return kept((int) INTS.getVolatile(window(offset), (int) (offset & WINDOW_MASK)));
        } catch (InternalError fault) {
            throw silent(offset, fault);
        }
    }

    @Override
    public long getLong(long offset) {
        check(offset, Long.BYTES);
        try {
            return kept((long) LONGS.getVolatile(window(offset), (int) (offset & WINDOW_MASK)));
        } catch (InternalError fault) {
            throw silent(offset, fault);
        }
    }

    @Override
    public void putByte(long offset, byte value) {
        check(offset, Byte.BYTES);
        try {
            VarHandle.fullFence();
            window(offset).put((int) (offset & WINDOW_MASK), value);
            VarHandle.fullFence();
        } catch (InternalError fault) {
            throw silent(offset, fault);
        }
    }

    @Override
    public void putShort(long offset, short value) {
        check(offset, Short.BYTES);
        try {
            SHORTS.setVolatile(window(offset), (int) (offset & WINDOW_MASK), value);
        } catch (InternalError fault) {
            throw silent(offset, fault);
        }
    }

    @Override
    public void putInt(long offset, int value) {
        check(offset, Integer.BYTES);
        try {
            INTS.setVolatile(window(offset), (int) (offset & WINDOW_MASK), value);
        } catch (InternalError fault) {
            throw silent(offset, fault);
        }
    }

    @Override
    public void putLong(long offset, long value) {
        check(offset, Long.BYTES);
        try {
            LONGS.setVolatile(window(offset), (int) (offset & WINDOW_MASK), value);
        } catch (InternalError fault) {
            throw silent(offset, fault);
        }
    }

    /** Takes the registers out of this process. Nothing happens if that was done already. */
    @Override
    public void close() {
        closed = true;
        memory.retire();
    }

    @Override
    public String toString() {
        return name + " mapped, 0x" + Long.toHexString(size) + " bytes";
    }

    /**
     * Makes a use of a value that was read, in a way that no compiler can tell from nothing.
     *
     * <p>HotSpot's C2 leaves out a load whose value nobody uses, a volatile one too; but some reads
     * are made only to flush the writes before them, or because the device acts on them. And it
     * joins the load of an {@code int} that becomes a {@code long} into one instruction, on which
     * its handler of {@code SIGBUS} fails (JDK 17 and 25, x86_64). A value that is used twice is
     * always loaded, and plainly.
     */
    private int kept(int value) {
        if (value == rareInt) {
            rareInt = value + 1;
        }
        return value;
    }

    private long kept(long value) {
        if (value == rareLong) {
            rareLong = value + 1;
        }
        return value;
    }

    private ByteBuffer window(long offset) {
        return windows[(int) (offset >>> WINDOW_SHIFT)];
    }

    private void check(long offset, int width) {
        if (closed) {
            throw new IllegalStateException(name + ": closed");
        }
        if (offset < 0 || offset > size - width || (offset & width - 1) != 0) {
            throw refuse(offset, width);
        }
    }

    private RuntimeException refuse(long offset, int width) {
        return RegisterBounds.refuse(name, offset, width, size);
    }

    private VfioException silent(long offset, InternalError fault) {
        return new VfioException(
                name + " + 0x" + Long.toHexString(offset),
                "memory access",
                "the device does not decode its memory; turn on memory space in its command register"
                        + " or bring it out of its low-power state",
                fault);
    }
}
