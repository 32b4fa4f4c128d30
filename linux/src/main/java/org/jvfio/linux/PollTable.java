// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Descriptors to wait on: an array of {@code struct pollfd}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  fd       not looked at if negative
 *        4     2  events   what is waited for
 *        6     2  revents  what has come
 * </pre>
 */
final class PollTable {
    private static final int ENTRY_SIZE = 8;
    private static final int EVENTS_AT = 4;
    private static final int REVENTS_AT = 6;
    private static final int NOBODY = -1;

    private final ByteBuffer entries;
    private final long address;
    private final int count;

    /** A table for {@code count} descriptors. */
    PollTable(int count) {
        this.count = count;
        this.entries = ByteBuffer.allocateDirect(count * ENTRY_SIZE).order(ByteOrder.nativeOrder());
        this.address = ProcessMemory.addressOf(entries);
    }

    /** Waits for {@code fd} to become readable, from the next wait on. */
    void watch(int index, int fd) {
        entries.putInt(index * ENTRY_SIZE, fd);
        entries.putShort(index * ENTRY_SIZE + EVENTS_AT, (short) Fcntl.POLLIN);
    }

    /** Looks at the entry no more. */
    void ignore(int index) {
        entries.putInt(index * ENTRY_SIZE, NOBODY);
    }

    /** Waits until there is something; a negated errno if the kernel refuses. */
    int await(Kernel kernel) {
        int result;
        do {
            result = kernel.poll(address, count, -1);
        } while (result == -Errno.EINTR.number());
        return result;
    }

    /** What the last wait found: {@link Fcntl#POLLIN}, trouble, or 0 for nothing. */
    int found(int index) {
        return entries.getShort(index * ENTRY_SIZE + REVENTS_AT);
    }
}
