// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli.demo;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.IovaRange;
import org.jvfio.device.Mmio;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;

/**
 * A driver of QEMU's {@code edu} device: it computes factorials, and copies between memory and a
 * buffer of its own.
 *
 * <p><b>Units.</b> Bytes. <b>Failure.</b> {@link DemoFailure} if the device does not answer in
 * time. <b>Threads.</b> For one thread; the device's interrupts come on another.
 *
 * <p>Source: {@code docs/specs/edu.rst} of QEMU.
 */
final class EduDevice implements AutoCloseable {
    /** Vendor and device ID, as device descriptions begin. */
    static final String ID = "1234:11e8";

    /** The size of the device's own buffer. */
    static final int BUFFER_BYTES = 4096;

    /** What its DMA engine can address: 28 bits, unless QEMU was told otherwise. */
    static final IovaRange REACH = new IovaRange(0, 0x0fff_ffffL);

    private static final int IDENTIFICATION = 0x00;
    private static final int LIVENESS = 0x04;
    private static final int FACTORIAL = 0x08;
    private static final int STATUS = 0x20;
    private static final int INTERRUPT_STATUS = 0x24;
    private static final int INTERRUPT_ACKNOWLEDGE = 0x64;
    private static final int DMA_SOURCE = 0x80;
    private static final int DMA_TARGET = 0x88;
    private static final int DMA_COUNT = 0x90;
    private static final int DMA_COMMAND = 0x98;

    private static final int STATUS_INTERRUPT_WHEN_COMPUTED = 0x80;
    private static final int INTERRUPT_COMPUTED = 0x01;
    private static final int INTERRUPT_COPIED = 0x100;
    private static final int COMMAND_START = 0x01;
    private static final int COMMAND_TO_MEMORY = 0x02;
    private static final int COMMAND_INTERRUPT = 0x04;

    private static final long BUFFER = 0x40000;

    private final PciDevice device;
    private final Mmio registers;
    private final Semaphore computed = new Semaphore(0);
    private final Semaphore copied = new Semaphore(0);

    private EduDevice(PciDevice device) {
        DemoFailure.unless(device.msi().count() > 0, "the kernel offers no MSI of it");
        this.device = device;
        this.registers = device.bar(0).map();
        device.msi().listen(0, this::interrupted);
    }

    /** Attaches the device to {@code space}; the driver closes it. */
    static EduDevice open(AddressSpace space, PciAddress address, AttachOptions options) {
        PciDevice device = space.attach(address, options);
        try {
            return new EduDevice(device);
        } catch (RuntimeException refused) {
            device.close();
            throw refused;
        }
    }

    /** The PCI function that is driven. */
    PciDevice device() {
        return device;
    }

    /** {@code 0xRRrr00ed}: major and minor revision, and a constant. */
    int identification() {
        return registers.getInt(IDENTIFICATION);
    }

    /** Gives the device a number, which a living one turns into its complement. */
    void writeLiveness(int number) {
        registers.putInt(LIVENESS, number);
    }

    int readLiveness() {
        return registers.getInt(LIVENESS);
    }

    /** Computes {@code number!} modulo 2^32, and waits for the interrupt. */
    int factorial(int number) {
        computed.drainPermits();
        registers.putInt(STATUS, STATUS_INTERRUPT_WHEN_COMPUTED);
        registers.putInt(FACTORIAL, number);
        Deadline.await(computed, "the interrupt after a factorial");
        return registers.getInt(FACTORIAL);
    }

    /** Copies from memory into the device's buffer, and waits for the interrupt. */
    Duration copyIn(long iova, int bytes) {
        return copy(iova, BUFFER, bytes, COMMAND_START | COMMAND_INTERRUPT);
    }

    /** Copies from the device's buffer into memory, and waits for the interrupt. */
    Duration copyOut(long iova, int bytes) {
        return copy(BUFFER, iova, bytes, COMMAND_START | COMMAND_TO_MEMORY | COMMAND_INTERRUPT);
    }

    /**
     * Copies from the device's buffer into memory without an interrupt, and waits till it rests.
     */
    void copyOutSilently(long iova, int bytes) {
        start(BUFFER, iova, bytes, COMMAND_START | COMMAND_TO_MEMORY);
        Deadline.await(
                () -> (registers.getInt(DMA_COMMAND) & COMMAND_START) == 0,
                "the end of a copy, in the command register");
    }

    private Duration copy(long from, long to, int bytes, int command) {
        long began = System.nanoTime();
        copied.drainPermits();
        start(from, to, bytes, command);
        Deadline.await(copied, "the interrupt after a copy");
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private void start(long from, long to, int bytes, int command) {
        registers.putLong(DMA_SOURCE, from);
        registers.putLong(DMA_TARGET, to);
        registers.putLong(DMA_COUNT, bytes);
        registers.putLong(DMA_COMMAND, command);
    }

    /** On the device's interrupt thread. The device has one vector for all its reasons. */
    private void interrupted(int vector) {
        int reasons = registers.getInt(INTERRUPT_STATUS);
        registers.putInt(INTERRUPT_ACKNOWLEDGE, reasons);
        // Before that has arrived, the reasons of the next interrupt would be taken for these.
        Deadline.await(
                () -> (registers.getInt(INTERRUPT_STATUS) & reasons) == 0,
                "the end of an interrupt that was acknowledged");
        if ((reasons & INTERRUPT_COMPUTED) != 0) {
            computed.release();
        }
        if ((reasons & INTERRUPT_COPIED) != 0) {
            copied.release();
        }
    }

    @Override
    public void close() {
        device.close();
    }
}
