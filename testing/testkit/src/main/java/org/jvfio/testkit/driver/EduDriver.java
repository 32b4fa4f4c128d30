// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.driver;

import java.util.concurrent.TimeUnit;
import org.jvfio.device.Mmio;
import org.jvfio.device.PciDevice;
import org.jvfio.device.Registers;

/**
 * A driver for QEMU's educational device: registers, interrupts, a factorial engine, and DMA
 * between memory and a buffer of its own.
 *
 * <p>QEMU gives its registers the byte order of the processor's architecture, which for POWER is
 * big-endian, whatever Linux runs there.
 *
 * <p>Source: {@code docs/specs/edu.rst} of QEMU. <b>Failure.</b> {@link IllegalStateException} if
 * the device does not answer in time. <b>Threads.</b> For one thread; the interrupt listener is its
 * own.
 */
public final class EduDriver implements AutoCloseable {
    /** The device's vendor. */
    public static final int VENDOR_ID = 0x1234;

    /** The device's ID. */
    public static final int DEVICE_ID = 0x11e8;

    /** What {@link #identification} must be: version 1.0 of the device. */
    public static final int IDENTIFICATION_1_0 = 0x010000ed;

    /** How much the device's own buffer holds. */
    public static final int BUFFER_BYTES = 4096;

    /** The offset of the register that identifies the device. */
    public static final int IDENTIFICATION = 0x00;

    /** The offset of the register that answers with the complement of what was written. */
    public static final int LIVENESS = 0x04;

    private static final int FACTORIAL = 0x08;
    private static final int STATUS = 0x20;
    private static final int CAUSES = 0x24;

    /** The offset of the register that raises the interrupt for the causes written. */
    public static final int RAISE = 0x60;

    /** The offset of the register that takes causes back. */
    public static final int ACKNOWLEDGE = 0x64;

    /** The offset of the register with the address to copy from. */
    public static final int DMA_SOURCE = 0x80;

    /** The offset of the register with the address to copy to. */
    public static final int DMA_TARGET = 0x88;

    /** The offset of the register with the number of bytes to copy. */
    public static final int DMA_COUNT = 0x90;

    /** The offset of the register that starts a copy; bit 0 is clear again when it is done. */
    public static final int DMA_COMMAND = 0x98;

    private static final int INTERRUPT_WHEN_COMPUTED = 0x80;
    private static final int COMPUTED = 0x001;
    private static final int TRANSFERRED = 0x100;

    /** The bit of the command that starts a copy. */
    public static final int START = 0x1;

    /** The bit of the command that copies out of the device's buffer, not into it. */
    public static final int TO_MEMORY = 0x2;

    private static final int INTERRUPT_WHEN_DONE = 0x4;

    /** Where the device's own buffer is, for the source or the target of a copy. */
    public static final int BUFFER = 0x40000;

    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final PciDevice device;
    private final Mmio registers;
    private final Arrivals causes = new Arrivals();
    private final boolean swapped;
    private boolean listening;

    /** A driver without interrupts: its registers only. */
    public EduDriver(PciDevice device) {
        this.device = device;
        this.registers = device.bar(0).map();
        this.swapped = isSwapped(registers.getInt(IDENTIFICATION));
    }

    private int get(int register) {
        int value = registers.getInt(register);
        return swapped ? Integer.reverseBytes(value) : value;
    }

    private void put(int register, int value) {
        registers.putInt(register, swapped ? Integer.reverseBytes(value) : value);
    }

    private void putLong(int register, long value) {
        registers.putLong(register, swapped ? Long.reverseBytes(value) : value);
    }

    /** A driver with the device's interrupts as MSI. */
    public static EduDriver start(PciDevice device) {
        EduDriver driver = new EduDriver(device);
        try {
            device.msi().listen(0, vector -> driver.collect());
            driver.listening = true;
            return driver;
        } catch (RuntimeException refused) {
            driver.close();
            throw refused;
        }
    }

    private void collect() {
        int pending = pending();
        acknowledge(pending);
        causes.add(pending);
    }

    /** The register that identifies the device, whatever the byte order of its registers. */
    public static int identification(Registers bar) {
        int value = bar.getInt(IDENTIFICATION);
        return isSwapped(value) ? Integer.reverseBytes(value) : value;
    }

    private static boolean isSwapped(int identification) {
        return identification == Integer.reverseBytes(IDENTIFICATION_1_0);
    }

    /** The register that identifies the device. */
    public int identification() {
        return get(IDENTIFICATION);
    }

    /** Gives the device a value to answer. */
    public void challenge(int value) {
        put(LIVENESS, value);
    }

    /** What the device answers to the last {@link #challenge}: its complement, if it is alive. */
    public int liveness() {
        return get(LIVENESS);
    }

    /** Has the device compute {@code n!}, modulo 2^32, and waits for its interrupt. */
    public int factorial(int n) {
        put(STATUS, INTERRUPT_WHEN_COMPUTED);
        put(FACTORIAL, n);
        await(COMPUTED);
        return get(FACTORIAL);
    }

    /** Has the device read {@code bytes} at {@code iova} into its buffer, and waits for it. */
    public void load(long iova, int bytes) {
        transfer(iova, BUFFER, bytes, START | INTERRUPT_WHEN_DONE);
    }

    /** Has the device write {@code bytes} of its buffer to {@code iova}, and waits for it. */
    public void store(long iova, int bytes) {
        transfer(BUFFER, iova, bytes, START | TO_MEMORY | INTERRUPT_WHEN_DONE);
    }

    private void transfer(long source, long target, int bytes, int command) {
        putLong(DMA_SOURCE, source);
        putLong(DMA_TARGET, target);
        putLong(DMA_COUNT, bytes);
        putLong(DMA_COMMAND, command);
        await(TRANSFERRED);
    }

    private void await(int cause) {
        if (!listening) {
            throw new IllegalStateException(device.name() + ": started without interrupts");
        }
        int arrived = causes.next();
        if (arrived != cause) {
            throw new IllegalStateException(
                    "%s: interrupt cause 0x%x, awaited 0x%x"
                            .formatted(device.name(), arrived, cause));
        }
    }

    /** Has the device interrupt for these causes, until they are acknowledged. */
    public void raise(int bits) {
        put(RAISE, bits);
    }

    /** The causes for which the device interrupts. */
    public int pending() {
        return get(CAUSES);
    }

    /**
     * Has the device interrupt for these causes no more. It is asked until it has taken that in: a
     * level interrupt that is unmasked before would come once more.
     */
    public void acknowledge(int bits) {
        put(ACKNOWLEDGE, bits);
        long start = System.nanoTime();
        while ((pending() & bits) != 0) {
            if (System.nanoTime() - start > DEADLINE_NANOS) {
                throw new IllegalStateException(
                        "%s: causes 0x%x stay".formatted(device.name(), bits));
            }
            Thread.onSpinWait();
        }
    }

    /** Stops the interrupts and takes the registers out of this process. The device stays open. */
    @Override
    public void close() {
        try {
            if (listening) {
                listening = false;
                device.msi().disable();
            }
        } finally {
            registers.close();
        }
    }
}
