// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Arm's real-time clock PL031 as a platform device: a page of registers, the part of it that tells
 * what the device is as a region of its own, and a level interrupt.
 *
 * <pre>
 *   offset  size  register
 *     0x00     4  DR: the time in seconds
 *     0x04     4  MR: the alarm comes when the time is this, or is this already
 *     0x08     4  LR: sets the time
 *     0x0c     4  CR: 1, it runs
 *     0x10     4  IMSC: bit 0 lets the alarm through
 *     0x14     4  RIS, the alarm    0x18  4  MIS, the alarm where it is let through
 *     0x1c     4  ICR: bit 0 takes the alarm back
 *    0xfe0    32  peripheral ID, a byte in each word
 * </pre>
 *
 * <p>The time stands still but for {@link #advance}. It answers as QEMU's does behind Linux's
 * vfio-platform, whose device tree is {@link #deviceTree}.
 */
public final class Pl031Model implements VfioModel {
    private static final int PLATFORM = 1 << 2;
    private static final int SIZE = 4096;
    private static final int IDENTIFICATION_SIZE = 0x20;
    private static final String NODE = "/pl031@9010000";
    private static final int CLOCK = 0x8000;
    private static final int IDENTIFICATION_AT = 0xfe0;
    private static final int[] IDENTIFICATION = {0x31, 0x10, 0x14, 0, 0x0d, 0xf0, 0x05, 0xb1};

    private DeviceBus bus = DisconnectedBus.INSTANCE;
    private int time;
    private int match;
    private int loaded;
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
        List<Register> registers =
                new ArrayList<>(
                        List.of(
                                Register.readOnly(0x00, 4),
                                Register.writable(0x1c, 4),
                                Register.writable(0x04, 4),
                                Register.writable(0x08, 4),
                                Register.writable(0x10, 4),
                                Register.readOnly(0x14, 4),
                                Register.readOnly(0x18, 4)));
        for (int at = IDENTIFICATION_AT; at < SIZE; at += Integer.BYTES) {
            registers.add(Register.readOnly(at, 4));
        }
        return List.of(
                ModelRegion.mappable(SIZE, registers.toArray(Register[]::new)),
                ModelRegion.of(IDENTIFICATION_SIZE));
    }

    @Override
    public List<ModelInterrupt> interrupts() {
        return List.of(ModelInterrupt.level());
    }

    @Override
    public Map<String, String> attributes() {
        return Map.of("modalias", "of:Npl031T(null)Cjvfio,pl031", "driver_override", "(null)");
    }

    @Override
    public Optional<ModelTree> deviceTree() {
        return Optional.of(
                ModelTree.of(NODE)
                        .strings(NODE + "/name", "pl031")
                        .strings(NODE + "/compatible", "jvfio,pl031")
                        .cells(NODE + "/reg", 0, 0x9010000, 0, SIZE, 0, 0x9010fe0, 0, 0x20)
                        .strings(NODE + "/reg-names", "registers", "identification")
                        .cells(NODE + "/interrupts", 0, 2, 4)
                        .strings(NODE + "/interrupt-names", "alarm")
                        .cells(NODE + "/clocks", CLOCK)
                        .strings(NODE + "/clock-names", "apb_pclk")
                        .strings("/apb-pclk/name", "apb-pclk")
                        .strings("/apb-pclk/compatible", "fixed-clock")
                        .cells("/apb-pclk/clock-frequency", 24_000_000)
                        .cells("/apb-pclk/#clock-cells", 0)
                        .cells("/apb-pclk/phandle", CLOCK));
    }

    @Override
    public void connect(DeviceBus machine) {
        bus = machine;
    }

    @Override
    public void read(int region, long position, byte[] target) {
        int at = (int) position + (region == 0 ? 0 : IDENTIFICATION_AT);
        ByteBuffer word = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        word.putInt(0, register(at)).get(0, target);
    }

    private int register(int at) {
        int alarm = raised ? 1 : 0;
        return switch (at) {
            case 0x00 -> time;
            case 0x04 -> match;
            case 0x08 -> loaded;
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
        if (region != 0) {
            return;
        }
        byte[] word = Arrays.copyOf(source, Integer.BYTES);
        int value = ByteBuffer.wrap(word).order(ByteOrder.LITTLE_ENDIAN).getInt();
        switch ((int) position) {
            case 0x04 -> {
                match = value;
                raised |= match == time;
            }
            case 0x08 -> {
                loaded = value;
                time = value;
                raised |= match == time;
            }
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
