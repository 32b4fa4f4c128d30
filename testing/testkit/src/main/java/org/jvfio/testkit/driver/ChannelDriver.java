// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.driver;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.jvfio.DmaBuffer;
import org.jvfio.IovaRange;
import org.jvfio.device.CcwDevice;
import org.jvfio.device.CcwFlag;
import org.jvfio.device.ChannelProgram;
import org.jvfio.device.ChannelResult;
import org.jvfio.device.Irb;
import org.jvfio.device.Orb;

/**
 * A driver for the devices on QEMU's channel bus: it runs one program at a time, in memory of its
 * own, and asks a device what it is and how it is configured.
 *
 * <pre>
 *   offset    bytes  of the memory
 *        0   0x2000  programs
 *   0x2000   0x2000  data
 * </pre>
 *
 * <p>Source: Virtual I/O Device 1.2, section 4.3. <b>Failure.</b> {@link IllegalStateException} if
 * the subchannel does not take a program, or tells no end in time. <b>Threads.</b> For one thread.
 */
public final class ChannelDriver implements AutoCloseable {
    /** Where the data are in {@link #memory}. */
    public static final int DATA_AT = 0x2000;

    /** The command that does nothing. */
    public static final int NO_OPERATION = 0x03;

    /** The command that asks what the device is. */
    public static final int SENSE_ID = 0xe4;

    private static final int READ_CONFIGURATION = 0x22;
    private static final int CONFIGURATION_BYTES = 64;
    private static final int IDENTITY_BYTES = 7;
    private static final int BYTES = 0x4000;
    private static final long DEADLINE_SECONDS = 30;

    private final CcwDevice device;
    private final DmaBuffer memory;
    private final BlockingQueue<Irb> ended = new LinkedBlockingQueue<>();

    private ChannelDriver(CcwDevice device, DmaBuffer memory) {
        this.device = device;
        this.memory = memory;
    }

    /** Takes memory for programs, and listens to the I/O interrupt until the driver is closed. */
    public static ChannelDriver start(CcwDevice device) {
        IovaRange reachable = new IovaRange(0, ChannelProgram.LAST_ADDRESS);
        DmaBuffer memory = device.addressSpace().allocate(BYTES, reachable);
        ChannelDriver driver = new ChannelDriver(device, memory);
        device.ioInterrupt().listen(0, vector -> driver.ended.add(device.irb()));
        return driver;
    }

    /** The memory of programs and data. */
    public DmaBuffer memory() {
        return memory;
    }

    /** Where the device sees the data. */
    public long data() {
        return memory.iova() + DATA_AT;
    }

    /** The data. */
    public ByteBuffer bytes() {
        return memory.bytes(DATA_AT, BYTES - DATA_AT);
    }

    /** Lays a program into the memory. */
    public Orb lay(ChannelProgram.Builder program) {
        return program.build().layInto(device.addressSpace(), memory, 0);
    }

    /** Runs a program, and waits for its end. */
    public Irb run(ChannelProgram.Builder program) {
        ChannelResult result = device.start(lay(program));
        if (!result.accepted()) {
            throw new IllegalStateException(device + ": start: " + result);
        }
        return next();
    }

    /** The block of the next I/O interrupt. */
    public Irb next() {
        @Nullable Irb irb;
        try {
            irb = ended.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", interrupted);
        }
        if (irb == null) {
            throw new IllegalStateException(
                    device + ": no I/O interrupt within " + DEADLINE_SECONDS + " seconds");
        }
        return irb;
    }

    /** How many I/O interrupts came that nobody has taken. */
    public int waiting() {
        return ended.size();
    }

    /** What the device is: control unit type and model, as {@code 0x383202} for a disk. */
    public int identity() {
        Irb irb =
                run(
                        ChannelProgram.builder()
                                .command(
                                        SENSE_ID, data(), IDENTITY_BYTES, CcwFlag.SUPPRESS_LENGTH));
        if (!irb.scsw().clean()) {
            throw new IllegalStateException(device + ": " + irb);
        }
        return bytes().order(ByteOrder.BIG_ENDIAN).getInt(0) & 0xffffff;
    }

    /**
     * The configuration of a virtio device: of a disk, its sectors first. Big-endian, as all of a
     * device of s390x is until a revision of the standard is agreed on.
     */
    public ByteBuffer configuration() {
        Irb irb =
                run(
                        ChannelProgram.builder()
                                .command(
                                        READ_CONFIGURATION,
                                        data(),
                                        CONFIGURATION_BYTES,
                                        CcwFlag.SUPPRESS_LENGTH));
        if (!irb.scsw().clean()) {
            throw new IllegalStateException(device + ": " + irb);
        }
        return bytes().slice(0, CONFIGURATION_BYTES).order(ByteOrder.BIG_ENDIAN);
    }

    /** Gives the memory back; the device, which is the caller's, listens on until it is closed. */
    @Override
    public void close() {
        memory.close();
    }
}
