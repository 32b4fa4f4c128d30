// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.util.BitSet;
import org.jvfio.linux.Errno;

/** A set of adapters or domains, and the ways in which Linux writes and takes one. */
final class ApBits {
    private static final int COUNT = 256;
    private static final int DIGITS = COUNT / 4;

    private final BitSet bits = new BitSet(COUNT);

    /** No number yet. */
    ApBits() {}

    /** Every number. */
    static ApBits all() {
        ApBits all = new ApBits();
        all.bits.set(0, COUNT);
        return all;
    }

    boolean has(int number) {
        return bits.get(number);
    }

    BitSet copy() {
        return (BitSet) bits.clone();
    }

    void set(BitSet other) {
        bits.clear();
        bits.or(other);
    }

    void set(int number, boolean value) {
        bits.set(number, value);
    }

    boolean isEmpty() {
        return bits.isEmpty();
    }

    int highest() {
        return bits.length() - 1;
    }

    int[] numbers() {
        return bits.stream().toArray();
    }

    /** Takes a mask, or changes of single bits with commas between them. */
    void change(String text) {
        String wanted = text.strip();
        if (wanted.startsWith("+") || wanted.startsWith("-")) {
            for (String one : wanted.split(",", -1)) {
                set(number(one.substring(1)), one.startsWith("+"));
            }
        } else {
            set(mask(wanted));
        }
    }

    /** A number of an adapter or domain, as {@code kstrtoul} reads it. */
    static int number(String text) {
        try {
            int number = Integer.decode(text.strip());
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException garbage) {
            throw new Refusal(Errno.EINVAL);
        }
        throw new Refusal(Errno.EINVAL);
    }

    /** The bits of a mask, the leftmost of which is number 0. */
    static BitSet mask(String text) {
        if (!text.matches("0x[0-9a-fA-F]{1," + DIGITS + "}")) {
            throw new Refusal(Errno.EINVAL);
        }
        BitSet mask = new BitSet(COUNT);
        for (int digit = 2; digit < text.length(); digit++) {
            int value = Character.digit(text.charAt(digit), 16);
            for (int bit = 0; bit < 4; bit++) {
                mask.set((digit - 2) * 4 + bit, (value & 8 >> bit) != 0);
            }
        }
        return mask;
    }

    /** The mask, as Linux writes it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("0x");
        for (int digit = 0; digit < DIGITS; digit++) {
            int value = 0;
            for (int bit = 0; bit < 4; bit++) {
                value |= bits.get(digit * 4 + bit) ? 8 >> bit : 0;
            }
            text.append(Character.forDigit(value, 16));
        }
        return text.toString();
    }
}
