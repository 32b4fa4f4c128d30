// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/**
 * Arm's real-time clock PL031 as a platform device: one page of registers, one level interrupt.
 *
 * <pre>
 *   offset  size  register
 *     0x00     4  DR: the time in seconds
 *     0x04     4  MR: the alarm comes when the time is this
 *     0x08     4  LR: sets the time
 *     0x0c     4  CR: 1, it runs
 *     0x10     4  IMSC: bit 0 lets the alarm through
 *     0x14     4  RIS, the alarm    0x18  4  MIS, the alarm where it is let through
 *     0x1c     4  ICR: bit 0 takes the alarm back
 *    0xfe0    16  peripheral ID, a byte in each word
 * </pre>
 *
 * <p>The time stands still but for {@link #advance}. It was written from Arm's manual and Linux's
 * uAPI, and held against no real kernel.
 */
public final class Pl031Model implements VfioModel {
    private static final int PLATFORM = 1 << 2;
    private static final int SIZE = 4096;
    private static final int IDENTIFICATION_AT = 0xfe0;
    private static final int[] IDENTIFICATION = {0x31, 0x10, 0x04, 0, 0x0d, 0xf0, 0x05, 0xb1};

    private DeviceBus bus = DisconnectedBus.INSTANCE;
    private int time;
    private int match;
    private boolean enabled;
    private boolean raised;

    /** A clock that starts at 0. */
    public Pl031Model() {}

    /** Lets seconds pass. */
    public void advance(int seconds) {
        for (int i = 0; i < seconds; i++) {
            time++;
            raised |= time == match;
        }
        drive();
    }

    @Override
    public String name() {
        return "pl031";
    }

    @Override
    public int flags() {
        return PLATFORM;
    }

    @Override
    public String bus() {
        return "platform";
    }

    @Override
    public String driver() {
        return "vfio-platform";
    }

    @Override
    public boolean resettable() {
        return false;
    }

    @Override
    public List<ModelRegion> regions() {
        return List.of(
                ModelRegion.mappable(
                        SIZE,
                        Register.readOnly(0x00, 4),
                        Register.writable(0x1c, 4),
                        Register.writable(0x04, 4),
                        Register.writable(0x08, 4),
                        Register.writable(0x10, 4),
                        Register.readOnly(0x14, 4),
                        Register.readOnly(0x18, 4)));
    }

    @Override
    public List<ModelInterrupt> interrupts() {
        return List.of(ModelInterrupt.level());
    }

    @Override
    public Map<String, String> attributes() {
        return Map.of("of_node/compatible", "arm,pl031", "modalias", "of:Npl031T(null)Carm,pl031");
    }

    @Override
    public void connect(DeviceBus machine) {
        bus = machine;
    }

    @Override
    public void read(int region, long position, byte[] target) {
        ByteBuffer word = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < target.length; i++) {
            int at = (int) position + i;
            target[i] = word.putInt(0, register(at & -Integer.BYTES)).get(at & 3);
        }
    }

    private int register(int at) {
        int alarm = raised ? 1 : 0;
        return switch (at) {
            case 0x00, 0x08 -> time;
            case 0x04 -> match;
            case 0x0c -> 1;
            case 0x10 -> enabled ? 1 : 0;
            case 0x14 -> alarm;
            case 0x18 -> enabled ? alarm : 0;
            default ->
                    at >= IDENTIFICATION_AT
                            ? IDENTIFICATION[(at - IDENTIFICATION_AT) / Integer.BYTES]
                            : 0;
        };
    }

    @Override
    public void write(int region, long position, byte[] source) {
        if (source.length != Integer.BYTES) {
            return;
        }
        int value = ByteBuffer.wrap(source).order(ByteOrder.LITTLE_ENDIAN).getInt();
        switch ((int) position) {
            case 0x04 -> match = value;
            case 0x08 -> time = value;
            case 0x10 -> enabled = (value & 1) != 0;
            case 0x1c -> raised &= (value & 1) == 0;
            default -> {}
        }
        drive();
    }

    private void drive() {
        bus.line(0, raised && enabled);
    }

    @Override
    public void reset() {
        enabled = false;
        raised = false;
        drive();
    }
}
