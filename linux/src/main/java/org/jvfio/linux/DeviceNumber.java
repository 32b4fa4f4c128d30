// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The number of a character device, as {@code stat} and sysfs's {@code dev} files tell it.
 *
 * @param major the driver's number
 * @param minor the device's number within it
 */
public record DeviceNumber(int major, int minor) {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,9}):([0-9]{1,9})");

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
        Matcher match = TEXT.matcher(text);
        if (!match.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not MAJOR:MINOR");
        }
        return new DeviceNumber(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)));
    }

    @Override
    public String toString() {
        return major + ":" + minor;
    }
}
