// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * A subchannel-status word of command mode: what a subchannel does, and how its last program ended.
 *
 * <p>Source: z/Architecture Principles of Operation, chapter 16.
 *
 * @param flags the first word
 * @param programAddress 8 beyond the last word that was used, as devices see it
 * @param status the third word
 */
public record Scsw(int flags, int programAddress, int status) {
    /** Bytes of the word. */
    public static final int SIZE = 12;

    private static final int EXTENDED_CONTROL = 1 << 17;
    private static final int PATH_NOT_OPERATIONAL = 1 << 16;

    /** What the subchannel was asked for. */
    public enum Function {
        /** Start. */
        START(1 << 14),
        /** Halt. */
        HALT(1 << 13),
        /** Clear. */
        CLEAR(1 << 12);

        private final int bit;

        Function(int bit) {
            this.bit = bit;
        }
    }

    /** What the subchannel is at. */
    public enum Activity {
        /** It was resumed, and has not begun yet. */
        RESUME_PENDING(1 << 11),
        /** It was started, and has not begun yet. */
        START_PENDING(1 << 10),
        /** It is to be halted. */
        HALT_PENDING(1 << 9),
        /** It is to be cleared. */
        CLEAR_PENDING(1 << 8),
        /** The subchannel runs a program. */
        SUBCHANNEL_ACTIVE(1 << 7),
        /** The device does. */
        DEVICE_ACTIVE(1 << 6),
        /** The program is suspended. */
        SUSPENDED(1 << 5);

        private final int bit;

        Activity(int bit) {
            this.bit = bit;
        }
    }

    /** What the status is about. */
    public enum Status {
        /** Something unusual happened. */
        ALERT(1 << 4),
        /** The program has got somewhere. */
        INTERMEDIATE(1 << 3),
        /** The channel has done its part. */
        PRIMARY(1 << 2),
        /** The device has done its part. */
        SECONDARY(1 << 1),
        /** There is status at all. */
        PENDING(1);

        private final int bit;

        Status(int bit) {
            this.bit = bit;
        }
    }

    /** What the device says. */
    public enum DeviceStatus {
        /** It wants to be looked at. */
        ATTENTION(0x80),
        /** Depends on the device. */
        STATUS_MODIFIER(0x40),
        /** The control unit is free. */
        CONTROL_UNIT_END(0x20),
        /** It is at something else. */
        BUSY(0x10),
        /** The transfer is over. */
        CHANNEL_END(0x08),
        /** It can take the next command. */
        DEVICE_END(0x04),
        /** Something is wrong, and sense data say what. */
        UNIT_CHECK(0x02),
        /** Something unusual, as the end of a file. */
        UNIT_EXCEPTION(0x01);

        private final int bit;

        DeviceStatus(int bit) {
            this.bit = bit;
        }
    }

    /** What the channel subsystem says. */
    public enum SubchannelStatus {
        /** A word asked for an interrupt when it was reached. */
        PROGRAM_CONTROLLED(0x80),
        /** The device had more or less data than the word said. */
        INCORRECT_LENGTH(0x40),
        /** The program is wrong. */
        PROGRAM_CHECK(0x20),
        /** The program is not allowed to reach what it asks for. */
        PROTECTION_CHECK(0x10),
        /** Data were lost on the way. */
        CHANNEL_DATA_CHECK(0x08),
        /** The channel failed. */
        CHANNEL_CONTROL_CHECK(0x04),
        /** The link failed. */
        INTERFACE_CONTROL_CHECK(0x02),
        /** The channel was too slow. */
        CHAINING_CHECK(0x01);

        private final int bit;

        SubchannelStatus(int bit) {
            this.bit = bit;
        }
    }

    /**
     * The word in a control block.
     *
     * @param bytes at least {@link #SIZE} from its position on, which stays
     */
    public static Scsw from(ByteBuffer bytes) {
        ByteBuffer words = ChannelWords.at(bytes, SIZE);
        return new Scsw(words.getInt(), words.getInt(), words.getInt());
    }

    /** What the subchannel was asked for. */
    public Set<Function> functions() {
        return bits(Function.class, flags, function -> function.bit);
    }

    /** What the subchannel is at; nothing if it is idle. */
    public Set<Activity> activity() {
        return bits(Activity.class, flags, activity -> activity.bit);
    }

    /** What the status is about; nothing if there is none. */
    public Set<Status> statusControl() {
        return bits(Status.class, flags, control -> control.bit);
    }

    /** What the device says. */
    public Set<DeviceStatus> deviceStatus() {
        return bits(DeviceStatus.class, status >>> 24, said -> said.bit);
    }

    /** What the channel subsystem says. */
    public Set<SubchannelStatus> subchannelStatus() {
        return bits(SubchannelStatus.class, status >>> 16, said -> said.bit);
    }

    /** How many bytes the last word that was used had left. */
    public int residualCount() {
        return status & 0xffff;
    }

    /**
     * The condition code that came after the start was accepted: 0, 1 for status that was pending,
     * 3 for a path that is not operational. Worth something only with {@link Status#ALERT} and
     * without {@link Status#PRIMARY}; else QEMU leaves there what was before.
     */
    public int deferredCode() {
        return flags >>> 24 & 3;
    }

    /** Whether there is status. */
    public boolean pending() {
        return (flags & Status.PENDING.bit) != 0;
    }

    /** Whether a path turned out not to be operational: see {@link Schib#notOperationalPaths}. */
    public boolean pathNotOperational() {
        return (flags & PATH_NOT_OPERATIONAL) != 0;
    }

    /** Whether the block that this is in has sense data or a model's own in its control word. */
    public boolean extendedControl() {
        return (flags & EXTENDED_CONTROL) != 0;
    }

    /**
     * Whether a program ran to its end and all is well: channel end and device end, nothing else
     * but an interrupt that the program asked for.
     */
    public boolean clean() {
        int well = DeviceStatus.CHANNEL_END.bit | DeviceStatus.DEVICE_END.bit;
        int asked = SubchannelStatus.PROGRAM_CONTROLLED.bit;
        return pending()
                && status >>> 24 == well
                && (status >>> 16 & 0xff & ~asked) == 0
                && (flags & Status.ALERT.bit) == 0;
    }

    private static <E extends Enum<E>> Set<E> bits(Class<E> type, int word, ToIntFunction<E> bit) {
        EnumSet<E> set = EnumSet.noneOf(type);
        for (E each : type.getEnumConstants()) {
            if ((word & bit.applyAsInt(each)) != 0) {
                set.add(each);
            }
        }
        return set;
    }

    /** {@code "[START] [] [PRIMARY, SECONDARY, PENDING] device [CHANNEL_END, DEVICE_END] …"}. */
    @Override
    public String toString() {
        return "%s %s %s device %s subchannel %s, residual %d, at 0x%x"
                .formatted(
                        functions(),
                        activity(),
                        statusControl(),
                        deviceStatus(),
                        subchannelStatus(),
                        residualCount(),
                        programAddress);
    }
}
