// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

/** The numbers of adapters and domains, and how sysfs writes them: hexadecimal, without prefix. */
final class ApNumbers {
    /** There are as many adapters, and domains, as bits in a mask. */
    static final int COUNT = 256;

    private static final int HEX = 16;

    private ApNumbers() {}

    static int check(String what, int number) {
        if (number < 0 || number >= COUNT) {
            throw new IllegalArgumentException(what + " " + number + ": there are 0 to 255");
        }
        return number;
    }

    static int read(String what, String text) {
        try {
            return check(what, Integer.parseUnsignedInt(text, HEX));
        } catch (NumberFormatException garbage) {
            throw new IllegalArgumentException(
                    what + " \"" + text + "\": not a hexadecimal number", garbage);
        }
    }

    static String adapter(int number) {
        return "%02x".formatted(number);
    }

    static String domain(int number) {
        return "%04x".formatted(number);
    }
}
