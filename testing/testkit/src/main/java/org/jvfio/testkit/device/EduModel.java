// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.time.Duration;
import java.util.List;

/**
 * QEMU's educational device: a liveness check, factorials, and DMA to and from a buffer of its own.
 *
 * <pre>
 *   offset  size  register of BAR 0
 *     0x00     4  identification, 0x010000ed
 *     0x04     4  liveness: reads as the complement of what was written
 *     0x08     4  factorial: write n, read n!
 *     0x20     4  status: bit 0 computing, bit 7 interrupt (1) after a factorial
 *     0x24     4  interrupt status
 *     0x60     4  interrupt raise: these bits are added to the status
 *     0x64     4  interrupt acknowledge: these bits are taken out
 *     0x80     8  DMA source
 *     0x88     8  DMA destination
 *     0x90     8  DMA count, in bytes
 *     0x98     8  DMA command: bit 0 start, bit 1 from device to memory, bit 2 interrupt (0x100)
 * </pre>
 *
 * <p>The buffer is at {@link #BUFFER} of the device's own addresses and 4096 bytes long. Unlike
 * QEMU's, this one is done at once, so bit 0 of status and command is never seen set; and DMA
 * beyond the buffer is a {@link DmaFault}, where QEMU ends.
 *
 * <p>Source: {@code docs/specs/edu} of QEMU.
 */
public final class EduModel implements PciModel {
    /** Where the buffer starts in the device's own addresses. */
    public static final long BUFFER = 0x40000;

    /** Bytes of the buffer. */
    public static final int BUFFER_SIZE = 4096;

    private static final int IDENTIFICATION = 0x010000ed;
    private static final long BAR_SIZE = 1 << 20;
    private static final long WIDE_REGISTERS = 0x80;
    private static final int INTERRUPT_AFTER_FACTORIAL = 0x80;
    private static final int FACTORIAL_DONE = 1;
    private static final int DMA_DONE = 0x100;
    private static final long START = 1;
    private static final long TO_MEMORY = 2;
    private static final long INTERRUPT_AFTER_DMA = 4;

    /** From here on 2^32 divides n!. */
    private static final int FACTORIAL_VANISHES = 34;

    // A driver acknowledges one interrupt before it starts what raises the next: so that is first.
    private static final Bar BAR =
            new Bar(
                    0,
                    BAR_SIZE,
                    false,
                    (byte) 0xff,
                    List.of(
                            Register.readOnly(0x00, 4),
                            // What is acknowledged is what came before the next start or raise.
                            Register.writable(0x64, 4),
                            Register.writable(0x04, 4),
                            Register.writable(0x20, 4),
                            Register.writable(0x08, 4),
                            Register.writable(0x80, 8),
                            Register.writable(0x88, 8),
                            Register.writable(0x90, 8),
                            Register.writable(0x98, 8),
                            Register.writable(0x60, 4),
                            Register.readOnly(0x24, 4)));

    private final byte[] buffer = new byte[BUFFER_SIZE];
    private final Duration transferTime;
    private int transfers;
    private DeviceBus bus = DisconnectedBus.INSTANCE;
    private int liveness;
    private int factorial;
    private int status;
    private int interrupts;
    private long source;
    private long destination;
    private long count;
    private long command;

    /** A device as it is after power-on, whose DMA takes no time. */
    public EduModel() {
        this(Duration.ZERO);
    }

    /** The same whose DMA takes a while, as QEMU's does (100 ms). */
    public EduModel(Duration transferTime) {
        this.transferTime = transferTime;
    }

    @Override
    public String name() {
        return "edu";
    }

    @Override
    public byte[] configuration() {
        return new ConfigBytes(256, 0x1234, 0x11e8, 0x00ff00, 0x10)
                .subsystem(0x1af4, 0x1100)
                .bar(0, 0xfe400000, false)
                .capability(0x40, 0x05, 0x80)
                .toArray();
    }

    @Override
    public List<Bar> bars() {
        return List.of(BAR);
    }

    @Override
    public boolean resettable() {
        return false;
    }

    @Override
    public void connect(DeviceBus machine) {
        bus = machine;
    }

    /** A copy of the device's buffer. */
    public byte[] buffer() {
        return buffer.clone();
    }

    @Override
    public long read(int bar, long offset, int width) {
        if (width < Integer.BYTES) {
            return 0;
        }
        if (offset < WIDE_REGISTERS && width != Integer.BYTES) {
            return -1;
        }
        return switch ((int) offset) {
            case 0x00 -> IDENTIFICATION;
            case 0x04 -> liveness;
            case 0x08 -> factorial;
            case 0x20 -> status;
            case 0x24 -> interrupts;
            case 0x80 -> source;
            case 0x88 -> destination;
            case 0x90 -> count;
            case 0x98 -> command;
            default -> -1;
        };
    }

    @Override
    public void write(int bar, long offset, int width, long value) {
        if (width < Integer.BYTES || (offset < WIDE_REGISTERS && width != Integer.BYTES)) {
            return;
        }
        switch ((int) offset) {
            case 0x04 -> liveness = ~(int) value;
            case 0x08 -> computeFactorial((int) value);
            case 0x20 -> status = (int) value & INTERRUPT_AFTER_FACTORIAL;
            case 0x60 -> raise((int) value);
            case 0x64 -> acknowledge((int) value);
            case 0x80, 0x88, 0x90, 0x98 -> transferRegister((int) offset, value);
            default -> {}
        }
    }

    /** Nothing of a transfer can be changed while it runs. */
    private void transferRegister(int offset, long value) {
        if ((command & START) != 0) {
            return;
        }
        switch (offset) {
            case 0x80 -> source = value;
            case 0x88 -> destination = value;
            case 0x90 -> count = value;
            default -> command(value);
        }
    }

    private void computeFactorial(int n) {
        factorial = 1;
        if (Integer.compareUnsigned(n, FACTORIAL_VANISHES) >= 0) {
            factorial = 0;
        } else {
            for (int i = 2; i <= n; i++) {
                factorial *= i;
            }
        }
        if ((status & INTERRUPT_AFTER_FACTORIAL) != 0) {
            raise(FACTORIAL_DONE);
        }
    }

    private void command(long value) {
        if ((value & START) == 0) {
            return;
        }
        command = value;
        int started = ++transfers;
        bus.after(transferTime, () -> finish(started));
    }

    private void finish(int started) {
        if (started != transfers || (command & START) == 0) {
            return;
        }
        transfer((command & TO_MEMORY) != 0);
        command &= ~START;
        if ((command & INTERRUPT_AFTER_DMA) != 0) {
            raise(DMA_DONE);
        }
    }

    private void transfer(boolean toMemory) {
        long inDevice = toMemory ? source : destination;
        long iova = toMemory ? destination : source;
        if (!inBuffer(inDevice)) {
            bus.fault(iova, count, toMemory, "outside the device's buffer");
            return;
        }
        int at = (int) (inDevice - BUFFER);
        byte[] bytes = new byte[(int) count];
        if (toMemory) {
            System.arraycopy(buffer, at, bytes, 0, bytes.length);
            bus.write(iova, bytes);
        } else if (bus.read(iova, bytes)) {
            System.arraycopy(bytes, 0, buffer, at, bytes.length);
        }
    }

    private boolean inBuffer(long first) {
        return count >= 0
                && count <= BUFFER_SIZE
                && first >= BUFFER
                && first <= BUFFER + BUFFER_SIZE - count;
    }

    private void raise(int bits) {
        interrupts |= bits;
        if (interrupts == 0) {
            return;
        }
        if (bus.messages()) {
            bus.message(0);
        } else {
            bus.line(true);
        }
    }

    private void acknowledge(int bits) {
        interrupts &= ~bits;
        if (interrupts == 0 && !bus.messages()) {
            bus.line(false);
        }
    }

    @Override
    public void reset() {
        liveness = 0;
        factorial = 0;
        status = 0;
        interrupts = 0;
        source = 0;
        destination = 0;
        count = 0;
        command = 0;
        bus.line(false);
    }
}
