// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The pair of admin queues of an {@link NvmeModel}, and the commands that come through them. */
final class NvmeAdminQueue {
    private static final int COMMAND_SIZE = 64;
    private static final int COMPLETION_SIZE = 16;
    private static final int PAGE = 4096;
    private static final int IDENTIFY = 0x06;
    private static final int IDENTIFY_CONTROLLER = 1;
    private static final int SUCCESS = 0;
    private static final int INVALID_OPCODE = 0x4001;
    private static final int INVALID_FIELD = 0x4002;
    private static final int DATA_TRANSFER_ERROR = 0x4004;

    private final DeviceBus bus;
    private final String serial;
    private long submissions;
    private long completions;
    private int submissionEntries;
    private int completionEntries;
    private int head;
    private int tail;
    private int completionHead;
    private int completionTail;
    private boolean phase;

    NvmeAdminQueue(DeviceBus bus, String serial) {
        this.bus = bus;
        this.serial = serial;
    }

    int tail() {
        return tail;
    }

    int head() {
        return completionHead;
    }

    /** Starts both queues empty; says whether the addresses and sizes can be right. */
    boolean start(long submissionQueue, long completionQueue, int sizes) {
        stop();
        submissions = submissionQueue;
        completions = completionQueue;
        submissionEntries = (sizes & 0xfff) + 1;
        completionEntries = (sizes >>> 16 & 0xfff) + 1;
        phase = true;
        return submissionEntries > 1
                && completionEntries > 1
                && submissionQueue % PAGE == 0
                && completionQueue % PAGE == 0;
    }

    void stop() {
        head = 0;
        tail = 0;
        completionHead = 0;
        completionTail = 0;
    }

    /** Works off the commands up to {@code newTail}; says whether any was completed. */
    boolean submit(int newTail) {
        if (newTail < 0 || newTail >= submissionEntries) {
            return false;
        }
        tail = newTail;
        boolean completed = false;
        while (head != tail) {
            completed |= execute(head);
            head = (head + 1) % submissionEntries;
        }
        return completed;
    }

    /** Takes note of the completions that were seen; says whether that was all of them. */
    boolean acknowledge(int newHead) {
        if (newHead >= 0 && newHead < completionEntries) {
            completionHead = newHead;
        }
        return completionHead == completionTail;
    }

    private boolean execute(int slot) {
        byte[] bytes = new byte[COMMAND_SIZE];
        if (!bus.read(submissions + (long) slot * COMMAND_SIZE, bytes)) {
            return false;
        }
        ByteBuffer command = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int result =
                Byte.toUnsignedInt(command.get(0)) == IDENTIFY ? identify(command) : INVALID_OPCODE;
        return complete(command.getShort(2), result);
    }

    private int identify(ByteBuffer command) {
        if (Byte.toUnsignedInt(command.get(40)) != IDENTIFY_CONTROLLER) {
            return INVALID_FIELD;
        }
        return transfer(controller(), command.getLong(24), command.getLong(32))
                ? SUCCESS
                : DATA_TRANSFER_ERROR;
    }

    private byte[] controller() {
        ByteBuffer data = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);
        data.putShort(0, (short) 0x1b36).putShort(2, (short) 0x1af4);
        data.put(4, padded(serial, 20));
        data.put(24, padded("QEMU NVMe Ctrl", 40));
        data.put(64, padded("jvfio", 8));
        data.putInt(80, 0x00010400);
        data.put(512, (byte) 0x66).put(513, (byte) 0x44);
        return data.array();
    }

    private static byte[] padded(String text, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) ' ');
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(ascii, 0, bytes, 0, Math.min(ascii.length, length));
        return bytes;
    }

    /** Writes one page to the one or two pages that the command names. */
    private boolean transfer(byte[] page, long prp1, long prp2) {
        int first = PAGE - (int) (prp1 & (PAGE - 1));
        if (first == PAGE) {
            return bus.write(prp1, page);
        }
        return bus.write(prp1, Arrays.copyOf(page, first))
                && bus.write(prp2, Arrays.copyOfRange(page, first, PAGE));
    }

    private boolean complete(short commandId, int result) {
        ByteBuffer entry = ByteBuffer.allocate(COMPLETION_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        entry.putShort(8, (short) ((head + 1) % submissionEntries));
        entry.putShort(12, commandId);
        entry.putShort(14, (short) (result << 1 | (phase ? 1 : 0)));
        if (!bus.write(completions + (long) completionTail * COMPLETION_SIZE, entry.array())) {
            return false;
        }
        completionTail = (completionTail + 1) % completionEntries;
        phase ^= completionTail == 0;
        return true;
    }
}
