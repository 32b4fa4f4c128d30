// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;

/**
 * Takes channel programs over from memory as vfio_ccw does, and runs them on one of QEMU's devices.
 */
final class SubchannelPrograms {
    static final int RANDOM = 0x04;
    static final int DISK = 0x02;

    private static final int LONGEST = 256;
    private static final int WORD = 8;
    private static final int MOST_STEPS = 1 << 16;

    private static final int SUSPEND_CONTROL = 1 << 27;
    private static final int FORMAT = 1 << 23;
    private static final int TRANSPORT = 1 << 18;
    private static final int WIDE = 1 << 17;
    private static final int SMALL = 1 << 16;
    private static final int PATHS = 0xff00;
    private static final int THE_PATH = 0x8000;

    private static final int CHAIN_DATA = 0x80;
    private static final int CHAIN = 0x40;
    private static final int SUPPRESS_LENGTH = 0x20;
    private static final int SKIP = 0x10;
    private static final int INDIRECT = 0x04;
    private static final int SUSPEND = 0x02;

    private static final int NO_OPERATION = 0x03;
    private static final int SENSE = 0x04;
    private static final int TRANSFER = 0x08;
    private static final int READ_CONFIGURATION = 0x22;
    private static final int SENSE_ID = 0xe4;
    private static final int SENSE_BYTES = 32;
    private static final int IDENTITY_BYTES = 256;

    private static final int START = 1 << 14;
    private static final int ENDED = FORMAT | START | 0x07;
    private static final int ALERT = FORMAT | START | 0x17;
    private static final int UNIT_CHECK = ALERT | 0x04020000;
    private static final int NO_PATH = FORMAT | START | 0x03000411;
    private static final int CHANNEL_AND_DEVICE_END = 0x0c << 24;
    private static final int UNIT_CHECK_STATUS = 0x02 << 24;
    private static final int PROGRAM_CHECK = 0x20 << 16;
    private static final int COMMAND_REJECT = 0x80 << 24;

    private final int model;
    private final byte[] configuration;

    /**
     * The programs of a device.
     *
     * @param model what the device is: the low byte of its answer to Sense ID
     * @param configuration what it answers to the command for that; nothing if it has none
     */
    SubchannelPrograms(int model, byte[] configuration) {
        this.model = model;
        this.configuration = configuration;
    }

    /**
     * How a program ended.
     *
     * @param flags the first word of the subchannel's status
     * @param address behind the last word that was used
     * @param status the third word
     * @param sense the first word of the sense data, 0 for none
     * @param suspended whether it has not, and is suspended
     */
    record Ending(int flags, int address, int status, int sense, boolean suspended) {
        static Ending of(int flags, int address, int status) {
            return new Ending(flags, address, status, 0, false);
        }
    }

    /** One word, as it is in memory. */
    private record Word(int command, int flags, int count, long address) {
        static Word read(ByteBuffer bytes, boolean format1) {
            int first = bytes.getInt();
            int second = bytes.getInt();
            return format1
                    ? new Word(
                            first >>> 24, first >>> 16 & 0xff, first & 0xffff, second & 0x7fffffffL)
                    : new Word(first >>> 24, second >>> 24, second & 0xffff, first & 0x00ffffffL);
        }

        boolean has(int flag) {
            return (flags & flag) != 0;
        }

        boolean transfers() {
            boolean skipped = has(SKIP) && ((command & 3) == 2 || (command & 0xf) == SENSE);
            return count > 0 && command != NO_OPERATION && command != TRANSFER && !skipped;
        }
    }

    /** Takes a program over and runs it. */
    Ending run(DeviceBus bus, int control, int first) {
        if ((control & TRANSPORT) != 0) {
            throw new Refusal(Errno.EOPNOTSUPP);
        }
        long start = Integer.toUnsignedLong(first);
        takeOver(bus, control, start, new ArrayList<>());
        int paths = control & PATHS;
        if (paths != 0 && (paths & THE_PATH) == 0) {
            return Ending.of(NO_PATH, first, 0);
        }
        return perform(bus, control, start);
    }

    /**
     * Looks at a run of words and those that it transfers to, as the driver does before a start.
     */
    private void takeOver(DeviceBus bus, int control, long start, List<Long> seen) {
        if (seen.contains(start)) {
            return;
        }
        seen.add(start);
        ByteBuffer words = memory(bus, start, LONGEST * WORD);
        for (int i = 0; i < LONGEST; i++) {
            Word word = Word.read(words, (control & FORMAT) != 0);
            if (word.command() == TRANSFER) {
                takeOver(bus, control, word.address(), seen);
                return;
            }
            if (word.transfers()) {
                data(bus, control, word).forEach(part -> memory(bus, part.at(), part.length()));
            }
            if (!word.has(CHAIN | CHAIN_DATA)) {
                return;
            }
        }
        throw new Refusal(Errno.EINVAL);
    }

    private static ByteBuffer memory(DeviceBus bus, long at, int length) {
        byte[] bytes = new byte[length];
        if (!bus.read(at, bytes)) {
            throw new Refusal(Errno.EINVAL);
        }
        return ByteBuffer.wrap(bytes);
    }

    /** A run of bytes in memory. */
    private record Part(long at, int length) {}

    private static List<Part> data(DeviceBus bus, int control, Word word) {
        if (!word.has(INDIRECT)) {
            return List.of(new Part(word.address(), word.count()));
        }
        boolean wide = (control & WIDE) != 0;
        int block = wide && (control & SMALL) == 0 ? 4096 : 2048;
        int width = wide ? Long.BYTES : Integer.BYTES;
        List<Part> parts = new ArrayList<>();
        int left = word.count();
        for (int i = 0; left > 0; i++) {
            ByteBuffer entry = memory(bus, word.address() + (long) i * width, width);
            long at = wide ? entry.getLong() : Integer.toUnsignedLong(entry.getInt());
            int length = (int) Math.min(left, block - (at & block - 1));
            parts.add(new Part(at, length));
            left -= length;
        }
        return parts;
    }

    private Ending perform(DeviceBus bus, int control, long start) {
        long at = start;
        boolean transferred = false;
        for (int steps = 0; steps < MOST_STEPS; steps++) {
            Word word = Word.read(memory(bus, at, WORD), (control & FORMAT) != 0);
            int next = (int) at + WORD;
            if (word.has(SUSPEND) && (control & SUSPEND_CONTROL) != 0) {
                return new Ending(0, next, 0, 0, true);
            }
            boolean wrong = word.has(SUSPEND | CHAIN_DATA);
            if (wrong || (word.command() == TRANSFER && transferred)) {
                return Ending.of(ALERT, next, PROGRAM_CHECK);
            }
            transferred = word.command() == TRANSFER;
            if (transferred) {
                at = word.address();
                continue;
            }
            byte[] answer = answer(word.command());
            if (answer == null) {
                return new Ending(UNIT_CHECK, next, UNIT_CHECK_STATUS, COMMAND_REJECT, false);
            }
            if (!fits(word, answer)) {
                return Ending.of(ALERT, next, PROGRAM_CHECK);
            }
            int given = give(bus, control, word, answer);
            if (!word.has(CHAIN)) {
                return Ending.of(ENDED, next, CHANNEL_AND_DEVICE_END | (word.count() - given));
            }
            at += WORD;
        }
        return Ending.of(ALERT, (int) at, PROGRAM_CHECK);
    }

    /** What the device sends for a command; nothing for one without data, null if it has none. */
    private byte @Nullable [] answer(int command) {
        return switch (command) {
            case NO_OPERATION -> new byte[0];
            case SENSE -> new byte[SENSE_BYTES];
            case SENSE_ID -> {
                byte[] identity = new byte[IDENTITY_BYTES];
                ByteBuffer.wrap(identity).putInt(0xff383200 | model);
                yield identity;
            }
            case READ_CONFIGURATION -> configuration;
            default -> null;
        };
    }

    private static boolean fits(Word word, byte[] answer) {
        if (answer.length == 0) {
            return true;
        }
        return word.count() > 0 && (word.has(SUPPRESS_LENGTH) || word.count() == answer.length);
    }

    private static int give(DeviceBus bus, int control, Word word, byte[] answer) {
        if (word.command() == NO_OPERATION) {
            return word.count();
        }
        int count = Math.min(word.count(), answer.length);
        if (!word.has(SKIP)) {
            int done = 0;
            for (Part part : data(bus, control, word)) {
                int length = Math.min(part.length(), count - done);
                if (length > 0) {
                    bus.write(part.at(), Arrays.copyOfRange(answer, done, done + length));
                    done += length;
                }
            }
        }
        return count;
    }
}
