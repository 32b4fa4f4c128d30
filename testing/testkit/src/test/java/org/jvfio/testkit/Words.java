// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import org.jvfio.linux.Struct;

/** An argument of plain words, right or wrong as a test wants it. */
final class Words extends Struct {
    Words(int words) {
        super(words * Integer.BYTES);
    }

    static Words of(int... words) {
        Words made = new Words(words.length);
        for (int i = 0; i < words.length; i++) {
            made.u32(i * Integer.BYTES, words[i]);
        }
        return made;
    }

    Words u32(int at, int value) {
        bytes.putInt(at, value);
        return this;
    }

    Words u16(int at, int value) {
        bytes.putShort(at, (short) value);
        return this;
    }

    Words u8(int at, int value) {
        bytes.put(at, (byte) value);
        return this;
    }

    /** Makes two words at {@code at} one {@code struct pollfd}. */
    Words pollfd(int at, int fd, int events) {
        return u32(at, fd).u16(at + 4, events).u16(at + 6, 0);
    }

    /** What {@code poll} found for the {@code struct pollfd} at {@code at}. */
    int revents(int at) {
        return Short.toUnsignedInt(bytes.getShort(at + 6));
    }

    Words u64(int at, long value) {
        bytes.putLong(at, value);
        return this;
    }

    Words ascii(byte[] text) {
        bytes.put(0, text);
        return this;
    }

    int u32(int at) {
        return bytes.getInt(at);
    }

    long u64(int at) {
        return bytes.getLong(at);
    }
}
