// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.driver;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jvfio.AddressSpace;
import org.jvfio.DmaBuffer;
import org.jvfio.device.Mmio;
import org.jvfio.device.PciDevice;
import org.jvfio.device.Region;
import org.jvfio.device.Registers;

/**
 * A driver for the admin queue of an NVMe controller: it resets the controller, sets one pair of
 * queues up in DMA memory, and sends one command at a time, whose completion comes by MSI-X, or is
 * looked for.
 *
 * <p>Source: NVM Express Base Specification 1.4, sections 3.1, 4.1, 5.15 and 7.6. <b>Failure.</b>
 * {@link IllegalStateException} if the controller does not answer in time, or with an error.
 * <b>Threads.</b> For one thread.
 */
public final class NvmeDriver implements AutoCloseable {
    private static final int CAPABILITIES = 0x00;
    private static final int CONFIGURATION = 0x14;
    private static final int STATUS = 0x1c;
    private static final int ADMIN_QUEUE_SIZES = 0x24;
    private static final int ADMIN_SUBMISSIONS = 0x28;
    private static final int ADMIN_COMPLETIONS = 0x30;
    private static final int DOORBELLS = 0x1000;
    private static final int REGISTER_BYTES = 0x2000;

    private static final int READY = 0x1;
    private static final int FATAL = 0x2;
    private static final int ENABLE = 0x1;
    private static final int ENTRY_SIZES = (4 << 20) | (6 << 16);
    private static final int TIMEOUT_UNIT_MILLIS = 500;

    private static final int ENTRIES = 32;
    private static final int SUBMISSION_BYTES = 64;
    private static final int COMPLETION_BYTES = 16;
    private static final int PAGE = 4096;
    private static final int VECTOR = 0;

    private static final int IDENTIFY = 0x06;
    private static final int OF_THE_CONTROLLER = 1;

    private final PciDevice device;
    private final Optional<Mmio> mapped;
    private final Registers registers;
    private final DmaBuffer submissions;
    private final DmaBuffer completions;
    private final DmaBuffer data;
    private final Arrivals interrupts = new Arrivals();
    private final int completionDoorbell;
    private final long timeoutNanos;
    private final boolean polls;
    private int sent;

    private NvmeDriver(PciDevice device, boolean polls) {
        AddressSpace space = device.addressSpace();
        this.device = device;
        this.polls = polls;
        this.mapped = mapped(device.bar(0));
        this.registers = mapped.isPresent() ? mapped.get() : device.bar(0);
        this.submissions = space.allocate(PAGE);
        this.completions = space.allocate(PAGE);
        this.data = space.allocate(PAGE);
        long capabilities = registers.getLong(CAPABILITIES);
        this.completionDoorbell = DOORBELLS + (4 << ((capabilities >>> 32) & 0xf));
        long units = Math.max(1, (capabilities >>> 24) & 0xff);
        this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(units * TIMEOUT_UNIT_MILLIS);
    }

    /**
     * The registers as memory; where a machine has no such thing (s390x) the kernel reaches them.
     */
    private static Optional<Mmio> mapped(Region bar) {
        return bar.mappableAreas().isEmpty()
                ? Optional.empty()
                : Optional.of(bar.map(0, REGISTER_BYTES));
    }

    /**
     * What a controller says of itself.
     *
     * @param model its model number
     * @param serial its serial number
     * @param firmware the revision of its firmware
     */
    public record Identity(String model, String serial, String firmware) {}

    /** Resets the controller and sets its admin queues up. */
    public static NvmeDriver start(PciDevice device) {
        return start(device, false);
    }

    /** The same for a device whose interrupts nobody waits for: completions are looked for. */
    public static NvmeDriver startPolling(PciDevice device) {
        return start(device, true);
    }

    private static NvmeDriver start(PciDevice device, boolean polls) {
        NvmeDriver driver = new NvmeDriver(device, polls);
        try {
            driver.enable();
            return driver;
        } catch (RuntimeException refused) {
            driver.close();
            throw refused;
        }
    }

    private void enable() {
        disable();
        if (!polls) {
            device.msix().listen(VECTOR, interrupts);
        }
        registers.putInt(ADMIN_QUEUE_SIZES, ((ENTRIES - 1) << 16) | (ENTRIES - 1));
        registers.putLong(ADMIN_SUBMISSIONS, submissions.iova());
        registers.putLong(ADMIN_COMPLETIONS, completions.iova());
        registers.putInt(CONFIGURATION, ENTRY_SIZES | ENABLE);
        awaitReady(READY);
    }

    private void disable() {
        registers.putInt(CONFIGURATION, 0);
        awaitReady(0);
    }

    /** The controller tells of this by no interrupt: its register has to be read. */
    private void awaitReady(int ready) {
        long start = System.nanoTime();
        int status = registers.getInt(STATUS);
        while ((status & READY) != ready) {
            if ((status & FATAL) != 0 || System.nanoTime() - start > timeoutNanos) {
                throw new IllegalStateException(
                        "%s: controller status 0x%x".formatted(device.name(), status));
            }
            Thread.onSpinWait();
            status = registers.getInt(STATUS);
        }
    }

    /** Asks the controller who it is. */
    public Identity identifyController() {
        submit(IDENTIFY, data.iova(), OF_THE_CONTROLLER);
        return new Identity(text(24, 40), text(4, 20), text(64, 8));
    }

    private void submit(int opcode, long target, int dword10) {
        int id = sent++;
        int slot = id % ENTRIES;
        ByteBuffer command = part(submissions, slot * SUBMISSION_BYTES, SUBMISSION_BYTES);
        command.putInt(0, opcode | (id << 16)).putInt(4, 0);
        command.putLong(24, target).putLong(32, 0).putInt(40, dword10);
        registers.putInt(DOORBELLS, (slot + 1) % ENTRIES);
        if (polls) {
            awaitCompletion(id, slot);
        } else {
            interrupts.next();
        }
        complete(id, slot);
        registers.putInt(completionDoorbell, (slot + 1) % ENTRIES);
    }

    private void awaitCompletion(int id, int slot) {
        long start = System.nanoTime();
        while (!isFresh(answer(slot), id) && System.nanoTime() - start < timeoutNanos) {
            Thread.onSpinWait();
        }
    }

    private int answer(int slot) {
        return part(completions, slot * COMPLETION_BYTES, COMPLETION_BYTES).getInt(12);
    }

    /** The phase of a completion changes with each round of the queue. */
    private static boolean isFresh(int answer, int id) {
        return ((answer >>> 16) & 1) == (((id / ENTRIES) & 1) ^ 1);
    }

    /** Checks the completion of the command. */
    private void complete(int id, int slot) {
        int answer = answer(slot);
        if (!isFresh(answer, id) || (answer & 0xffff) != (id & 0xffff) || answer >>> 17 != 0) {
            throw new IllegalStateException(
                    "%s: command %d completed with 0x%x".formatted(device.name(), id, answer));
        }
    }

    private String text(int offset, int length) {
        byte[] bytes = new byte[length];
        data.bytes(offset, length).get(bytes);
        return new String(bytes, StandardCharsets.US_ASCII).strip();
    }

    private static ByteBuffer part(DmaBuffer buffer, int offset, int length) {
        return buffer.bytes(offset, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Stops the controller, then gives its queues back. The device stays open. */
    @Override
    public void close() {
        try {
            disable();
            if (!polls) {
                device.msix().disable();
            }
        } finally {
            data.close();
            completions.close();
            submissions.close();
            mapped.ifPresent(Mmio::close);
        }
    }
}
