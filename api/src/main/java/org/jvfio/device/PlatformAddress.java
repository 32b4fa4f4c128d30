// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.util.regex.Pattern;

/**
 * A platform device: one that no bus finds, so that the machine's firmware has to describe it.
 *
 * @param name as sysfs names it: {@code "9010000.pl031"} after the address and the node of a device
 *     tree, {@code "ARMH0011:00"} after the name in ACPI
 */
public record PlatformAddress(String name) implements DeviceAddress<PlatformDevice> {
    private static final Pattern USUAL =
            Pattern.compile("[0-9a-f]+\\.[A-Za-z][\\w,.+-]*|[A-Z]{3}[A-Z0-9]{4,5}:[0-9a-f]{2,}");
    private static final Pattern PLACED =
            Pattern.compile("/sys/bus/(?:platform|amba)/devices/([^/]+)/?");

    /** Refuses what cannot be a name. */
    public PlatformAddress {
        if (name.isEmpty() || name.contains("/") || name.startsWith(".")) {
            throw new IllegalArgumentException("\"" + name + "\" is not the name of a device");
        }
    }

    /**
     * Reads {@code "9010000.pl031"}, {@code "ARMH0011:00"}, a path in sysfs that ends so, or, for a
     * device with another name, its path in {@code /sys/bus/platform/devices}.
     *
     * @throws IllegalArgumentException if it is none of them
     */
    public static PlatformAddress of(String text) {
        var placed = PLACED.matcher(text);
        if (placed.matches()) {
            return new PlatformAddress(placed.group(1));
        }
        String last = text.substring(text.lastIndexOf('/') + 1);
        if (USUAL.matcher(last).matches()) {
            return new PlatformAddress(last);
        }
        throw new IllegalArgumentException(
                "\""
                        + text
                        + "\" is not the name of a platform device: write ADDRESS.NODE, as"
                        + " 9010000.pl031, or its path in /sys/bus/platform/devices");
    }

    @Override
    public String bus() {
        return "platform";
    }

    @Override
    public Class<PlatformDevice> deviceType() {
        return PlatformDevice.class;
    }

    @Override
    public String toString() {
        return name;
    }
}
