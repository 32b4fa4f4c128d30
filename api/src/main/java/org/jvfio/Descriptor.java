// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

/**
 * A file descriptor that the caller passes in, and whose it is from then on.
 *
 * @param number the descriptor
 * @param owned whether jvfio closes it; a borrowed one is never closed by jvfio, on failure either
 */
public record Descriptor(int number, boolean owned) {
    /** Refuses a negative number. */
    public Descriptor {
        if (number < 0) {
            throw new IllegalArgumentException(number + " is not a file descriptor");
        }
    }

    /** A descriptor that stays the caller's. */
    public static Descriptor borrowed(int number) {
        return new Descriptor(number, false);
    }

    /**
     * A descriptor that jvfio closes when it is done with it. Where jvfio refuses it, it stays the
     * caller's.
     */
    public static Descriptor owned(int number) {
        return new Descriptor(number, true);
    }
}
