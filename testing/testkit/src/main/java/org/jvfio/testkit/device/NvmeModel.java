// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.util.List;

/**
 * The beginning of an NVMe controller: enough to enable it and to ask it who it is.
 *
 * <pre>
 *   offset  size  register of BAR 0
 *     0x00     8  CAP
 *     0x08     4  VS, 1.4
 *     0x0c     4  INTMS       0x10  4  INTMC
 *     0x14     4  CC: bit 0 enable
 *     0x1c     4  CSTS: bit 0 ready, bit 1 fatal
 *     0x24     4  AQA         0x28  8  ASQ       0x30  8  ACQ
 *   0x1000     4  tail of the admin submission queue
 *   0x1004     4  head of the admin completion queue
 *   0x2000  1040  MSI-X table, the kernel's own
 * </pre>
 *
 * <p>There are the admin queues and the command Identify; every other command is answered "invalid
 * opcode". As QEMU's, it keeps AQA, ASQ and ACQ over a reset. Source: NVM Express Base
 * Specification 1.4.
 */
public final class NvmeModel implements PciModel {
    /** How many MSI-X vectors there are. */
    public static final int VECTORS = 65;

    private static final long CAP = 0x004008200f0107ffL;
    private static final int VERSION = 0x00010400;
    private static final long BAR_SIZE = 0x4000;
    private static final int ENABLE = 1;
    private static final int READY = 1;
    private static final int FATAL = 2;

    private static final Bar BAR =
            new Bar(
                    0,
                    BAR_SIZE,
                    true,
                    (byte) 0,
                    List.of(
                            Register.readOnly(0x00, 8),
                            Register.readOnly(0x08, 4),
                            Register.writable(0x0c, 4),
                            Register.writable(0x10, 4),
                            Register.writable(0x24, 4),
                            Register.writable(0x28, 8),
                            Register.writable(0x30, 8),
                            Register.writable(0x14, 4),
                            Register.readOnly(0x1c, 4),
                            Register.writable(0x1004, 4),
                            Register.writable(0x1000, 4)));

    private final String serial;
    private DeviceBus bus = DisconnectedBus.INSTANCE;
    private NvmeAdminQueue queue;
    private int mask;
    private int configuration;
    private int status;
    private int queueSizes;
    private long submissions;
    private long completions;

    /** A controller whose serial number is {@code serial}, as it is after power-on. */
    public NvmeModel(String serial) {
        this.serial = serial;
        this.queue = new NvmeAdminQueue(bus, serial);
    }

    @Override
    public String name() {
        return "nvme";
    }

    @Override
    public byte[] configuration() {
        return new ConfigBytes(4096, 0x1b36, 0x0010, 0x010802, 0x02)
                .subsystem(0x1af4, 0x1100)
                .bar(0, 0xfe700000, true)
                .capability(0x40, 0x11, VECTORS - 1, 0x00, 0x00, 0x20, 0, 0, 0x00, 0x30)
                .capability(0x80, 0x10, 0x92, 0x00, 0x20, 0x80, 0x00, 0x10)
                .capability(0x60, 0x01, 0x03, 0x00, 0x08)
                .toArray();
    }

    @Override
    public List<Bar> bars() {
        return List.of(BAR);
    }

    @Override
    public boolean resettable() {
        return true;
    }

    @Override
    public void connect(DeviceBus machine) {
        bus = machine;
        queue = new NvmeAdminQueue(machine, serial);
    }

    @Override
    public long read(int bar, long offset, int width) {
        long register =
                switch ((int) offset & -Integer.BYTES) {
                    case 0x00 -> CAP;
                    case 0x04 -> CAP >>> 32;
                    case 0x08 -> VERSION;
                    case 0x0c, 0x10 -> mask;
                    case 0x14 -> configuration;
                    case 0x1c -> status;
                    case 0x24 -> queueSizes;
                    case 0x28 -> submissions;
                    case 0x2c -> submissions >>> 32;
                    case 0x30 -> completions;
                    case 0x34 -> completions >>> 32;
                    case 0x1000 -> queue.tail();
                    case 0x1004 -> queue.head();
                    default -> 0;
                };
        return register >>> ((offset & 3) * Byte.SIZE);
    }

    @Override
    public void write(int bar, long offset, int width, long value) {
        if (width < Integer.BYTES) {
            return;
        }
        switch ((int) offset) {
            case 0x0c -> mask |= (int) value;
            case 0x10 -> mask &= (int) ~value;
            case 0x14 -> configure((int) value);
            case 0x24 -> queueSizes = (int) value;
            case 0x28 -> submissions = combine(submissions, value, width);
            case 0x2c -> submissions = withHigh(submissions, value);
            case 0x30 -> completions = combine(completions, value, width);
            case 0x34 -> completions = withHigh(completions, value);
            case 0x1000 -> submit((int) value);
            case 0x1004 -> acknowledge((int) value);
            default -> {}
        }
    }

    private static long combine(long old, long value, int width) {
        return width == Long.BYTES
                ? value
                : (old & -1L << 32) | Integer.toUnsignedLong((int) value);
    }

    private static long withHigh(long old, long value) {
        return value << 32 | Integer.toUnsignedLong((int) old);
    }

    private void configure(int value) {
        boolean wasEnabled = (configuration & ENABLE) != 0;
        configuration = value;
        if (!wasEnabled && (value & ENABLE) != 0) {
            status = queue.start(submissions, completions, queueSizes) ? READY : FATAL;
        } else if (wasEnabled && (value & ENABLE) == 0) {
            queue.stop();
            status = 0;
            driveInterrupt(false);
        }
    }

    private void submit(int tail) {
        if (status == READY) {
            boolean interrupt = queue.submit(tail);
            if (interrupt) {
                driveInterrupt(true);
            }
        }
    }

    private void acknowledge(int head) {
        if (status == READY && queue.acknowledge(head)) {
            driveInterrupt(false);
        }
    }

    private void driveInterrupt(boolean asserted) {
        if (!bus.messages()) {
            bus.line(asserted && (mask & 1) == 0);
        } else if (asserted) {
            bus.message(0);
        }
    }

    @Override
    public void reset() {
        queue.stop();
        mask = 0;
        configuration = 0;
        status = 0;
        bus.line(false);
    }
}
