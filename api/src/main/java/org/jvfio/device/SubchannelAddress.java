// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An I/O subchannel of s390x: channel subsystem, subchannel set and number.
 *
 * <p>What is attached is the mediated device that was made of it.
 *
 * @param css the channel subsystem, 0 to 0xff
 * @param set the subchannel set, 0 to 3
 * @param number 0 to 0xffff
 */
public record SubchannelAddress(int css, int set, int number) implements DeviceAddress<CcwDevice> {
    private static final Pattern TEXT =
            Pattern.compile("([0-9a-fA-F]{1,2})\\.([0-3])\\.([0-9a-fA-F]{4})");

    /** Refuses numbers out of range. */
    public SubchannelAddress {
        if ((css & ~0xff) != 0 || (set & ~3) != 0 || (number & ~0xffff) != 0) {
            throw new IllegalArgumentException(
                    "subchannel %x.%x.%x: out of range".formatted(css, set, number));
        }
    }

    /**
     * Reads {@code "0.0.0002"}, or a path in sysfs that ends so.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static SubchannelAddress of(String text) {
        Matcher match = TEXT.matcher(text.substring(text.lastIndexOf('/') + 1));
        if (!match.matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a subchannel: write C.S.NNNN or its sysfs path");
        }
        return new SubchannelAddress(
                Integer.parseInt(match.group(1), 16),
                Integer.parseInt(match.group(2), 16),
                Integer.parseInt(match.group(3), 16));
    }

    @Override
    public String bus() {
        return "ccw";
    }

    @Override
    public Class<CcwDevice> deviceType() {
        return CcwDevice.class;
    }

    @Override
    public String name() {
        return "%x.%x.%04x".formatted(css, set, number);
    }

    @Override
    public String toString() {
        return name();
    }
}
