// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;
import org.jvfio.linux.ProcessMemory;

/**
 * Bytes of the caller's memory that a system call reads or writes, in the machine's byte order.
 *
 * <p>An address that cannot be one (near 0, or the kernel's) is {@code EFAULT}. One that merely is
 * not mapped takes the JVM down, as it would in C.
 */
final class UserBytes {
    private static final long LOWEST = 0x10000;
    private static final int RECENT = 64;

    /**
     * Some that were asked for before, each where its address says: callers make a struct once and
     * use it for many requests, and a view of memory takes longer to make than a request to answer.
     * Their fields are final, so two threads at worst make the same one twice.
     */
    private static final @Nullable UserBytes[] MADE = new UserBytes[RECENT];

    private final ByteBuffer bytes;
    private final long address;

    private UserBytes(long address, int length) {
        this.address = address;
        this.bytes = ProcessMemory.view(address, length);
    }

    static UserBytes at(long address, int length) {
        Refused.when(!plausible(address, length), Errno.EFAULT);
        int place = (int) (address >>> 3) & (RECENT - 1);
        UserBytes made = MADE[place];
        if (made == null || made.address != address || made.length() != length) {
            made = new UserBytes(address, length);
            MADE[place] = made;
        }
        return made;
    }

    private int length() {
        return bytes.capacity();
    }

    /** The struct at {@code address}, whose first four bytes say how long it is. */
    static UserBytes sized(long address, int minimum) {
        UserBytes struct = at(address, minimum);
        Refused.when(struct.u32(0) < minimum, Errno.EINVAL);
        return struct;
    }

    static boolean plausible(long address, long length) {
        return address >= LOWEST && length >= 0 && address + length >= address;
    }

    /** More bytes of the same struct. */
    UserBytes extended(int length) {
        return at(address, length);
    }

    int u16(int at) {
        return Short.toUnsignedInt(bytes.getShort(at));
    }

    int i32(int at) {
        return bytes.getInt(at);
    }

    long u32(int at) {
        return Integer.toUnsignedLong(bytes.getInt(at));
    }

    long u64(int at) {
        return bytes.getLong(at);
    }

    byte u8(int at) {
        return bytes.get(at);
    }

    /** Sixteen bytes that are a UUID, as RFC 9562 writes it. */
    UUID uuid(int at) {
        ByteBuffer text = bytes.duplicate().order(ByteOrder.BIG_ENDIAN);
        return new UUID(text.getLong(at), text.getLong(at + Long.BYTES));
    }

    UserBytes u8(int at, byte value) {
        bytes.put(at, value);
        return this;
    }

    UserBytes u16(int at, int value) {
        bytes.putShort(at, (short) value);
        return this;
    }

    UserBytes u32(int at, int value) {
        bytes.putInt(at, value);
        return this;
    }

    UserBytes u64(int at, long value) {
        bytes.putLong(at, value);
        return this;
    }

    UserBytes bytes(int at, byte[] source) {
        bytes.put(at, source);
        return this;
    }

    byte[] bytes(int at, byte[] target, int length) {
        bytes.get(at, target, 0, length);
        return target;
    }

    /** The string that starts here, without its NUL; {@code EINVAL} if there is none in a page. */
    static String string(long address, int longest) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < longest; i++) {
            byte character = at(address + i, 1).u8(0);
            if (character == 0) {
                return text.toString();
            }
            text.append((char) Byte.toUnsignedInt(character));
        }
        throw new Refused(Errno.EINVAL);
    }
}
