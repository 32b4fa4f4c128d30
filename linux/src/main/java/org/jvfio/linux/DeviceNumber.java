// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

/**
 * The number of a character device, as {@code stat} and sysfs's {@code dev} files tell it.
 *
 * @param major the driver's number
 * @param minor the device's number within it
 */
public record DeviceNumber(int major, int minor) {
    /** Splits {@code st_rdev} as the C library's {@code major()} and {@code minor()} do. */
    public static DeviceNumber ofRdev(long rdev) {
        long major = (rdev >>> 8 & 0xfff) | (rdev >>> 32 & 0xfffff000L);
        long minor = (rdev & 0xff) | (rdev >>> 12 & 0xffffff00L);
        return new DeviceNumber((int) major, (int) minor);
    }

    /**
     * Reads the text of a {@code dev} file: {@code "511:3"}.
     *
     * @throws IllegalArgumentException if it is not two numbers with a colon between
     */
    public static DeviceNumber parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("\"" + text + "\" is not MAJOR:MINOR");
        }
        return new DeviceNumber(
                Integer.parseInt(text.substring(0, colon)),
                Integer.parseInt(text.substring(colon + 1)));
    }

    @Override
    public String toString() {
        return major + ":" + minor;
    }
}
