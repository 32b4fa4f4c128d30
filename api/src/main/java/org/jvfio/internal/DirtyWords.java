// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Bitmaps as the kernel writes them: bit <i>n</i> is bit <i>n</i> mod 64 of word <i>n</i> / 64, in
 * words of 64 bits in the machine's byte order, whatever order the buffer has.
 *
 * <p>Positions and limits of buffers are neither looked at nor moved.
 */
final class DirtyWords {
    private static final VarHandle WORD =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private DirtyWords() {}

    /** How many bytes of whole words {@code pages} bits take. */
    static long bytes(long pages) {
        return ((pages + Long.SIZE - 1) >>> 6) * Long.BYTES;
    }

    /**
     * Sets the bits of one bitmap that are set in another, and clears none.
     *
     * @param fromBit the first bit of {@code from}, whose word 0 is at byte 0
     * @param start the byte of {@code to} where its word 0 is
     * @param toBit the first bit of {@code to}
     * @param count how many bits
     */
    static void merge(
            ByteBuffer from, long fromBit, ByteBuffer to, int start, long toBit, long count) {
        long done = 0;
        if (((fromBit | toBit) & Long.SIZE - 1) == 0) {
            done = count & -Long.SIZE;
            mergeWords(from, at(fromBit), to, start + at(toBit), at(done));
        }
        for (; done < count; done += Long.SIZE) {
            int some = (int) Math.min(Long.SIZE, count - done);
            long bits = read(from, fromBit + done, some);
            if (bits != 0) {
                set(to, start, toBit + done, bits, some);
            }
        }
    }

    /** The byte that a bit's word begins at. */
    private static int at(long bit) {
        return (int) (bit >>> 6) * Long.BYTES;
    }

    /**
     * Merges whole words, clean ones as well: to pass over them costs more, as nobody can guess
     * which they are, neither where to branch nor what memory to fetch.
     */
    private static void mergeWords(ByteBuffer from, int fromAt, ByteBuffer to, int toAt, int size) {
        for (int i = 0; i < size; i += Long.BYTES) {
            long both = (long) WORD.get(from, fromAt + i) | (long) WORD.get(to, toAt + i);
            WORD.set(to, toAt + i, both);
        }
    }

    /** Up to 64 bits, which may lie in two words; those above {@code count} are 0. */
    private static long read(ByteBuffer from, long bit, int count) {
        int shift = (int) bit & Long.SIZE - 1;
        long bits = (long) WORD.get(from, at(bit)) >>> shift;
        if (shift + count > Long.SIZE) {
            bits |= (long) WORD.get(from, at(bit) + Long.BYTES) << -shift;
        }
        return bits & mask(count);
    }

    /** Sets up to 64 bits, which may lie in two words. */
    private static void set(ByteBuffer to, int start, long bit, long bits, int count) {
        int shift = (int) bit & Long.SIZE - 1;
        int word = start + at(bit);
        WORD.set(to, word, (long) WORD.get(to, word) | bits << shift);
        if (shift + count > Long.SIZE) {
            int next = word + Long.BYTES;
            WORD.set(to, next, (long) WORD.get(to, next) | bits >>> -shift);
        }
    }

    private static long mask(int count) {
        return -1L >>> (Long.SIZE - count);
    }

    /** Sets bits. */
    static void fill(ByteBuffer to, int start, long bit, long count) {
        long end = bit + count;
        for (long at = bit; at < end; at = (at | Long.SIZE - 1) + 1) {
            int some = (int) Math.min(Long.SIZE - (at & Long.SIZE - 1), end - at);
            set(to, start, at, mask(some), some);
        }
    }

    /** Clears bits. */
    static void clear(ByteBuffer of, long bit, long count) {
        long end = bit + count;
        for (long at = bit; at < end; at = (at | Long.SIZE - 1) + 1) {
            int some = (int) Math.min(Long.SIZE - (at & Long.SIZE - 1), end - at);
            int word = at(at);
            WORD.set(of, word, (long) WORD.get(of, word) & ~(mask(some) << at));
        }
    }

    /** Whether one of these bits is set. */
    static boolean any(ByteBuffer of, long bit, long count) {
        for (long done = 0; done < count; done += Long.SIZE) {
            if (read(of, bit + done, (int) Math.min(Long.SIZE, count - done)) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether that bit is set. */
    static boolean isSet(ByteBuffer of, long bit) {
        return any(of, bit, 1);
    }
}
