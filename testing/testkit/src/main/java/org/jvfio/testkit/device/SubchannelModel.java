// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.jvfio.linux.Errno;

/**
 * An I/O subchannel of s390x as a mediated device: channel programs are started by writing to a
 * region, and run against the memory that is mapped.
 *
 * <pre>
 *   region  size  what
 *        0   124  I/O: ORB 12, SCSW 12, IRB 96, result 4
 *        1     8  halt (1) and clear (2): command 4, result 4
 *        2    52  SCHIB, to be read
 *        3     8  channel report word 4, padding 4, to be read
 *
 *   interrupt index
 *   0  I/O    1  channel report    2  the device is wanted back
 * </pre>
 *
 * <p>Behind it is what QEMU has on its channel bus: a source of random numbers, or a disk, whose
 * configuration can be read. A program runs at once and to its end, or to where it is suspended:
 * there it can be halted or cleared, and the subchannel is busy. Data chaining and a length that
 * does not fit are program checks, as they are with QEMU's devices.
 *
 * <p>Regions, blocks of interrupts, refusals and their errnos were held against vfio_ccw of Linux
 * 7.3 with QEMU's devices. Blocks are big-endian, as s390x keeps them; the results of regions are
 * in the machine's order.
 */
public final class SubchannelModel implements VfioModel {
    private static final int CCW_AND_RESET = 1 << 4 | 1;
    private static final int TYPE_CCW = 2;
    private static final int IO = 0;
    private static final int ASYNC = 1;
    private static final int SCHIB = 2;
    private static final int REPORT = 3;
    private static final int REQUEST = 2;
    private static final int IO_SIZE = 124;
    private static final int SCHIB_SIZE = 52;
    private static final int SCSW_AT = 12;
    private static final int IRB_AT = 24;
    private static final int RESULT_AT = 120;
    private static final int IRB_SIZE = 96;
    private static final int WORD = 8;
    private static final int HALT_COMMAND = 1;
    private static final int CLEAR_COMMAND = 2;

    private static final int FORMAT_1 = 1 << 23;
    private static final int START = 1 << 14;
    private static final int HALT = 1 << 13;
    private static final int CLEAR = 1 << 12;
    private static final int SUSPENDED = 1 << 5;
    private static final int STATUS_PENDING = 1;
    private static final int DEVICE_END = 0x04 << 24;
    private static final int LOGOUT = 0x00800000;
    private static final int SUBCHANNEL_STATUS_AT = 28;

    private final SubchannelPrograms programs;
    private final byte[] io = new byte[IO_SIZE];
    private final byte[] async = new byte[WORD];
    private final byte[] schib = new byte[SCHIB_SIZE];
    private DeviceBus bus = DisconnectedBus.INSTANCE;
    private boolean suspended;
    private int report;

    /** A subchannel with a source of random numbers, which is the device with this number. */
    public SubchannelModel(int deviceNumber) {
        this(deviceNumber, new SubchannelPrograms(SubchannelPrograms.RANDOM, new byte[0]));
    }

    private SubchannelModel(int deviceNumber, SubchannelPrograms programs) {
        this.programs = programs;
        // Interruption subclass 3, enabled, with a valid device number, one path.
        ByteBuffer.wrap(schib)
                .putInt(4, 0x18810000 | deviceNumber)
                .putInt(8, 0x80000080)
                .putInt(12, 0x0000ff80);
    }

    /** A subchannel with a disk of so many sectors of 512 bytes. */
    public static SubchannelModel disk(int deviceNumber, long sectors) {
        byte[] configuration = new byte[60];
        ByteBuffer.wrap(configuration).putLong(sectors);
        return new SubchannelModel(
                deviceNumber, new SubchannelPrograms(SubchannelPrograms.DISK, configuration));
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
    public void wantedBack() {
        bus.signal(REQUEST);
    }

    @Override
    public List<ModelRegion> regions() {
        return List.of(
                ModelRegion.of(IO_SIZE),
                ModelRegion.typed(WORD, TYPE_CCW, ASYNC),
                ModelRegion.typed(SCHIB_SIZE, TYPE_CCW, SCHIB).readOnly(),
                ModelRegion.typed(WORD, TYPE_CCW, REPORT).readOnly());
    }

    @Override
    public List<ModelInterrupt> interrupts() {
        return List.of(ModelInterrupt.edge(), ModelInterrupt.edge(), ModelInterrupt.edge());
    }

    @Override
    public Map<String, String> attributes() {
        return Map.of();
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
                    case SCHIB -> stored();
                    case REPORT -> takenReport();
                    default -> async;
                };
        System.arraycopy(source, (int) position, target, 0, target.length);
    }

    private byte[] stored() {
        int activity = suspended ? START | SUSPENDED : 0;
        ByteBuffer.wrap(schib).putInt(SUBCHANNEL_STATUS_AT, FORMAT_1 | activity);
        return schib;
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
                answer(io, RESULT_AT, this::start);
            }
            case ASYNC -> {
                System.arraycopy(source, 0, async, (int) position, source.length);
                answer(async, Integer.BYTES, this::command);
            }
            default -> throw new Refusal(Errno.EINVAL);
        }
    }

    /** Leaves in a region what came of a request, as the call itself tells it. */
    private static void answer(byte[] region, int at, Runnable request) {
        ByteBuffer result = ByteBuffer.wrap(region).order(ByteOrder.nativeOrder());
        result.putInt(at, 0);
        try {
            request.run();
        } catch (Refusal refusal) {
            result.putInt(at, -refusal.errno().number());
            throw refusal;
        }
    }

    private void start() {
        if (suspended) {
            throw new Refusal(Errno.EBUSY);
        }
        ByteBuffer words = ByteBuffer.wrap(io);
        int function = words.getInt(SCSW_AT);
        if ((function & START) != 0) {
            SubchannelPrograms.Ending ending =
                    programs.run(bus, words.getInt(Integer.BYTES), words.getInt(WORD));
            suspended = ending.suspended();
            if (!suspended) {
                finish(ending.flags(), ending.address(), ending.status(), ending.sense());
            }
        } else if ((function & (HALT | CLEAR)) != 0) {
            throw new Refusal(Errno.EOPNOTSUPP);
        }
    }

    private void command() {
        int activity = suspended ? SUSPENDED : 0;
        switch (ByteBuffer.wrap(async).order(ByteOrder.nativeOrder()).getInt()) {
            case HALT_COMMAND -> end(HALT | activity | STATUS_PENDING, suspended ? 0 : DEVICE_END);
            case CLEAR_COMMAND -> end(CLEAR | STATUS_PENDING, 0);
            default -> throw new Refusal(Errno.EINVAL);
        }
    }

    private void end(int flags, int status) {
        suspended = false;
        finish(FORMAT_1 | flags, 0, status, 0);
    }

    /** Puts what came of it into the IRB, and says that it is there. */
    private void finish(int flags, int address, int status, int sense) {
        ByteBuffer irb = ByteBuffer.wrap(io, IRB_AT, IRB_SIZE).slice();
        irb.put(new byte[IRB_SIZE]);
        irb.putInt(0, flags).putInt(4, address).putInt(8, status).putInt(12, LOGOUT);
        if (sense != 0) {
            irb.putInt(16, 0x01002000).putInt(32, sense);
        }
        bus.signal(0);
    }

    /** The driver ends whatever the subchannel is at. */
    @Override
    public void closed() {
        reset();
    }

    @Override
    public void reset() {
        suspended = false;
        report = 0;
    }
}
