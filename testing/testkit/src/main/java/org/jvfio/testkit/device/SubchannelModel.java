// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.jvfio.linux.Errno;

/**
 * An I/O subchannel of s390x as a mediated device: channel programs are written to a region and run
 * against the memory that is mapped.
 *
 * <pre>
 *   region  size  what
 *        0   124  I/O: ORB 12, SCSW 12, IRB 96, result 4
 *        1     8  halt (1) and clear (2): command 4, result 4
 *        2    52  SCHIB
 *        3     8  channel report word 4, padding 4
 *
 *   interrupt index
 *   0  I/O    1  channel report    2  the device is wanted back
 * </pre>
 *
 * <p>A program is made of format-1 channel command words. The device knows no-operation and Sense
 * ID; any other command ends with unit check. Words are big-endian, as s390x keeps them; the
 * results of regions are in the machine's order. It was written from Linux's uAPI; Sense ID answers
 * what a real vfio_ccw with QEMU's virtio-rng answered. Nothing else was held against a real
 * kernel.
 */
public final class SubchannelModel implements VfioModel {
    private static final int CCW_AND_RESET = 1 << 4 | 1;
    private static final int TYPE_CCW = 2;
    private static final int IO = 0;
    private static final int ASYNC = 1;
    private static final int SCHIB = 2;
    private static final int REPORT = 3;
    private static final int IO_SIZE = 124;
    private static final int SCHIB_SIZE = 52;
    private static final int SCSW_AT = 12;
    private static final int IRB_AT = 24;
    private static final int IRB_SIZE = 96;
    private static final int START = 1 << 14;
    private static final int CLEAR = 1 << 12;
    private static final int FORMAT_1 = 1 << 23;
    private static final int STATUS_PENDING = 7;
    private static final int CHANNEL_AND_DEVICE_END = 0x0c;
    private static final int UNIT_CHECK = 0x02;
    private static final int PROGRAM_CHECK = 0x20;
    private static final int CHAIN = 0x40;
    private static final int NO_OPERATION = 0x03;
    private static final int SENSE_ID = 0xe4;
    private static final int HALT = 1;
    private static final int CLEAR_COMMAND = 2;
    private static final int WORD = 8;
    private static final int MOST_WORDS = 255;
    private static final byte[] IDENTITY = {(byte) 0xff, 0x38, 0x32, 0x04, 0, 0, 0};

    private final byte[] io = new byte[IO_SIZE];
    private final byte[] async = new byte[WORD];
    private final byte[] schib = new byte[SCHIB_SIZE];
    private DeviceBus bus = DisconnectedBus.INSTANCE;
    private int report;

    /** A subchannel of the device with this number. */
    public SubchannelModel(int deviceNumber) {
        // Path management control word: enabled, with a valid device number.
        ByteBuffer.wrap(schib).putInt(4, 0x00810000 | deviceNumber);
    }

    /** Lets the channel subsystem report something. */
    public void report(int word) {
        report = word;
        bus.signal(1);
    }

    @Override
    public String name() {
        return "subchannel";
    }

    @Override
    public int flags() {
        return CCW_AND_RESET;
    }

    @Override
    public String bus() {
        return "mdev";
    }

    @Override
    public String driver() {
        return "vfio_ccw_mdev";
    }

    @Override
    public boolean resettable() {
        return true;
    }

    @Override
    public List<ModelRegion> regions() {
        return List.of(
                ModelRegion.of(IO_SIZE),
                ModelRegion.typed(8, TYPE_CCW, ASYNC),
                ModelRegion.typed(SCHIB_SIZE, TYPE_CCW, SCHIB),
                ModelRegion.typed(8, TYPE_CCW, REPORT));
    }

    @Override
    public List<ModelInterrupt> interrupts() {
        return List.of(ModelInterrupt.edge(), ModelInterrupt.edge(), ModelInterrupt.edge());
    }

    @Override
    public Map<String, String> attributes() {
        return Map.of(
                "mdev_type/device_api", "vfio-ccw", "mdev_type/name", "I/O subchannel (Non-QDIO)");
    }

    @Override
    public void connect(DeviceBus machine) {
        bus = machine;
    }

    @Override
    public void read(int region, long position, byte[] target) {
        byte[] source =
                switch (region) {
                    case IO -> io;
                    case SCHIB -> schib;
                    case REPORT -> takenReport();
                    default -> async;
                };
        System.arraycopy(source, (int) position, target, 0, target.length);
    }

    private byte[] takenReport() {
        byte[] words = ByteBuffer.allocate(WORD).putInt(report).array();
        report = 0;
        return words;
    }

    @Override
    public void write(int region, long position, byte[] source) {
        switch (region) {
            case IO -> {
                System.arraycopy(source, 0, io, (int) position, source.length);
                request();
            }
            case ASYNC -> {
                System.arraycopy(source, 0, async, (int) position, source.length);
                command();
            }
            default -> throw new Refusal(Errno.EINVAL);
        }
    }

    private void request() {
        ByteBuffer words = ByteBuffer.wrap(io);
        if ((words.getInt(SCSW_AT) & START) == 0) {
            throw new Refusal(Errno.EOPNOTSUPP);
        }
        finish(START, run(words.getInt(8)));
    }

    private void command() {
        switch (ByteBuffer.wrap(async).order(ByteOrder.nativeOrder()).getInt()) {
            case HALT -> {}
            case CLEAR_COMMAND -> finish(CLEAR, 0);
            default -> throw new Refusal(Errno.EINVAL);
        }
    }

    /** Runs a channel program; answers device status and subchannel status, a byte each. */
    private int run(int first) {
        long at = Integer.toUnsignedLong(first);
        byte[] bytes = new byte[WORD];
        for (int i = 0; i < MOST_WORDS && bus.read(at, bytes); i++) {
            ByteBuffer word = ByteBuffer.wrap(bytes);
            boolean known = perform(word);
            if (!known || (word.get(1) & CHAIN) == 0) {
                return (known ? CHANNEL_AND_DEVICE_END : CHANNEL_AND_DEVICE_END | UNIT_CHECK) << 8;
            }
            at += WORD;
        }
        return PROGRAM_CHECK;
    }

    private boolean perform(ByteBuffer word) {
        int command = Byte.toUnsignedInt(word.get(0));
        if (command == SENSE_ID) {
            int count = Math.min(Short.toUnsignedInt(word.getShort(2)), IDENTITY.length);
            byte[] identity = ByteBuffer.allocate(count).put(IDENTITY, 0, count).array();
            return bus.write(Integer.toUnsignedLong(word.getInt(4)), identity);
        }
        return command == NO_OPERATION;
    }

    /** Puts what came of it into the IRB, and says that it is there. */
    private void finish(int function, int status) {
        ByteBuffer irb = ByteBuffer.wrap(io, IRB_AT, IRB_SIZE).slice();
        irb.put(new byte[IRB_SIZE]);
        irb.putInt(0, FORMAT_1 | function | STATUS_PENDING).putShort(8, (short) status);
        bus.signal(0);
    }

    @Override
    public void reset() {
        ByteBuffer.wrap(io).put(new byte[IO_SIZE]);
        report = 0;
    }
}
