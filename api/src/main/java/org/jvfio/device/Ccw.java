// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One word of a channel program, with what its address stands for.
 *
 * <pre>
 *   offset  size  field
 *        0     1  command
 *        1     1  flags
 *        2     2  count
 *        4     4  address of the data, of a list, or of the word to go to
 * </pre>
 *
 * @param command the command code; of no meaning where data are chained
 * @param flags of {@link CcwFlag} and of the builder
 * @param count of bytes
 * @param address of the data; of a word to go to its index, of a list nothing
 * @param blocks the list, empty where the data are addressed directly
 */
record Ccw(int command, int flags, int count, long address, List<Long> blocks) {
    static final int SIZE = 8;
    static final int CHAIN_DATA = 0x80;
    static final int CHAIN_COMMAND = 0x40;
    static final int INDIRECT = 0x04;
    static final int TRANSFER_IN_CHANNEL = 0x08;

    static Ccw direct(int command, int flags, int count, long address) {
        return new Ccw(command, flags, count, address, List.of());
    }

    boolean transfersInChannel() {
        return command == TRANSFER_IN_CHANNEL;
    }

    boolean chained() {
        return (flags & (CHAIN_DATA | CHAIN_COMMAND)) != 0;
    }

    Ccw with(int more) {
        return new Ccw(command, flags | more, count, address, blocks);
    }

    /** Writes the word where {@code target} is, with the address that it turned out to have. */
    void put(ByteBuffer target, long at) {
        target.put((byte) command).put((byte) flags).putShort((short) count).putInt((int) at);
    }
}
