// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.acceptance;

import java.util.concurrent.TimeUnit;
import org.jvfio.device.Mmio;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Kernel;
import org.jvfio.testkit.driver.EduDriver;

/**
 * A driver that copies memory with {@code edu}, through its buffer, and says nothing when done: as
 * the drivers of the kernel's own tests do with theirs.
 */
final class EduCopier implements AutoCloseable {
    /** The most that one copy can be. */
    static final int MOST_BYTES = EduDriver.BUFFER_BYTES;

    private static final int SOURCE = 0x80;
    private static final int TARGET = 0x88;
    private static final int COUNT = 0x90;
    private static final int COMMAND = 0x98;
    private static final int RAISE = 0x60;
    private static final int ACKNOWLEDGE = 0x64;
    private static final int BUFFER = 0x40000;
    private static final int RUN = 1;
    private static final int TO_MEMORY = 2;
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final PciDevice device;
    private final Mmio registers;
    private final VectorSignal message;

    EduCopier(Kernel kernel, PciDevice device) {
        this.device = device;
        this.registers = device.bar(0).map();
        device.busMaster(true);
        this.message = VectorSignal.of(kernel, device.msi(), 0);
    }

    /** Copies; a part that the device may not reach is left out, and nobody is told. */
    void copy(long from, long to, int bytes) {
        transfer(from, BUFFER, bytes, RUN);
        transfer(BUFFER, to, bytes, RUN | TO_MEMORY);
    }

    private void transfer(long source, long target, int bytes, int command) {
        registers.putLong(SOURCE, source);
        registers.putLong(TARGET, target);
        registers.putLong(COUNT, bytes);
        registers.putLong(COMMAND, command);
        long start = System.nanoTime();
        while ((registers.getLong(COMMAND) & RUN) != 0) {
            if (System.nanoTime() - start > DEADLINE_NANOS) {
                throw new IllegalStateException(device.name() + ": the transfer does not end");
            }
            Thread.onSpinWait();
        }
    }

    /** Has the device send its message. */
    void sendMessage() {
        registers.putInt(RAISE, 1);
    }

    /** Waits for the message, and answers how often it came. */
    long awaitMessage() {
        long count = message.await();
        registers.putInt(ACKNOWLEDGE, 1);
        return count;
    }

    /** How many messages have come that nobody waited for. */
    long messages() {
        return message.count();
    }

    @Override
    public void close() {
        device.msi().disable();
        message.close();
        device.busMaster(false);
        registers.close();
    }
}
