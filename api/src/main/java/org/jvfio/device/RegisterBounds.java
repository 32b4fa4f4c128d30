// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

/** The rules that each access to {@link Registers} must keep, and what breaking them is told. */
public final class RegisterBounds {
    private RegisterBounds() {}

    /**
     * Checks an access of {@code width} bytes, a power of two, at {@code offset}.
     *
     * @param name what is accessed, for the message
     * @throws IndexOutOfBoundsException if it is not within {@code size} bytes
     * @throws IllegalArgumentException if it is not aligned to its width
     */
    public static void check(String name, long offset, int width, long size) {
        if (offset < 0 || offset > size - width || (offset & width - 1) != 0) {
            throw refuse(name, offset, width, size);
        }
    }

    static RuntimeException refuse(String name, long offset, int width, long size) {
        String access = "%s: %d bytes at 0x%x: ".formatted(name, width, offset);
        if (offset < 0 || offset > size - width) {
            return new IndexOutOfBoundsException(access + "there are 0x" + Long.toHexString(size));
        }
        return new IllegalArgumentException(access + "not aligned to its width");
    }
}
