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
        transfer(from, EduDriver.BUFFER, bytes, EduDriver.START);
        transfer(EduDriver.BUFFER, to, bytes, EduDriver.START | EduDriver.TO_MEMORY);
    }

    private void transfer(long source, long target, int bytes, int command) {
        registers.putLong(EduDriver.DMA_SOURCE, source);
        registers.putLong(EduDriver.DMA_TARGET, target);
        registers.putLong(EduDriver.DMA_COUNT, bytes);
        registers.putLong(EduDriver.DMA_COMMAND, command);
        long start = System.nanoTime();
        while ((registers.getLong(EduDriver.DMA_COMMAND) & EduDriver.START) != 0) {
            if (System.nanoTime() - start > DEADLINE_NANOS) {
                throw new IllegalStateException(device.name() + ": the transfer does not end");
            }
            Thread.onSpinWait();
        }
    }

    /** Has the device send its message. */
    void sendMessage() {
        registers.putInt(EduDriver.RAISE, 1);
    }

    /** Waits for the message, and answers how often it came. */
    long awaitMessage() {
        long count = message.await();
        registers.putInt(EduDriver.ACKNOWLEDGE, 1);
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
