// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.math.BigInteger;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * A set of adapters or domains as a mask of 256 bits, the leftmost of which stands for number 0.
 *
 * <p>{@code "0x41"} is short for {@code "0x4100…00"}: numbers 1 and 7.
 *
 * @param numbers the bits that are set
 */
public record ApMask(NavigableSet<Integer> numbers) {
    private static final int DIGIT_BITS = 4;
    private static final int DIGITS = ApNumbers.COUNT / DIGIT_BITS;
    private static final int HEX = 16;
    private static final String PREFIX = "0x";

    /** Copies the set, and refuses numbers that no adapter or domain has. */
    public ApMask {
        numbers.forEach(number -> ApNumbers.check("bit", number));
        numbers = Collections.unmodifiableNavigableSet(new TreeSet<>(numbers));
    }

    /** The mask of these numbers. */
    public static ApMask of(NavigableSet<Integer> numbers) {
        return new ApMask(numbers);
    }

    /**
     * The mask that sysfs wrote.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static ApMask of(String text) {
        String digits = text.strip();
        if (!digits.matches(PREFIX + "[0-9a-fA-F]{1,%d}".formatted(DIGITS))) {
            throw new IllegalArgumentException(
                    "\"%s\": not a mask, which is 0x and up to %d hexadecimal digits"
                            .formatted(digits, DIGITS));
        }
        String padded = digits.substring(PREFIX.length());
        BigInteger bits =
                new BigInteger(padded, HEX).shiftLeft((DIGITS - padded.length()) * DIGIT_BITS);
        NavigableSet<Integer> numbers = new TreeSet<>();
        for (int number = 0; number < ApNumbers.COUNT; number++) {
            if (bits.testBit(ApNumbers.COUNT - 1 - number)) {
                numbers.add(number);
            }
        }
        return new ApMask(numbers);
    }

    /** The mask in full, as sysfs writes it. */
    @Override
    public String toString() {
        BigInteger bits = BigInteger.ZERO;
        for (int number : numbers) {
            bits = bits.setBit(ApNumbers.COUNT - 1 - number);
        }
        String digits = bits.toString(HEX);
        return PREFIX + "0".repeat(DIGITS - digits.length()) + digits;
    }
}
