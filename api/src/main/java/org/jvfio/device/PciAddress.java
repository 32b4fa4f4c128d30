// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PCI function: domain, bus, device and function number.
 *
 * @param domain 0 to 0xffffffff; more than 16 bits occur behind virtual host bridges
 * @param busNumber 0 to 0xff
 * @param device 0 to 0x1f
 * @param function 0 to 7
 */
public record PciAddress(long domain, int busNumber, int device, int function)
        implements DeviceAddress<PciDevice> {
    private static final Pattern TEXT =
            Pattern.compile("(?:([0-9a-fA-F]{4,8}):)?([0-9a-fA-F]{2}):([0-9a-fA-F]{2})\\.([0-7])");

    /** Refuses numbers out of range. */
    public PciAddress {
        if (domain < 0
                || domain > 0xffffffffL
                || (busNumber & ~0xff) != 0
                || (device & ~0x1f) != 0
                || (function & ~7) != 0) {
            throw new IllegalArgumentException(
                    "PCI address %x:%x:%x.%x: out of range"
                            .formatted(domain, busNumber, device, function));
        }
    }

    /**
     * Reads {@code "0000:02:00.0"}, {@code "02:00.0"} (domain 0), or a path in sysfs that ends so.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static PciAddress of(String text) {
        Matcher match = TEXT.matcher(text.substring(text.lastIndexOf('/') + 1));
        if (!match.matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a PCI address: write DDDD:BB:DD.F or its sysfs path");
        }
        String domain = match.group(1);
        return new PciAddress(
                domain == null ? 0 : Long.parseLong(domain, 16),
                Integer.parseInt(match.group(2), 16),
                Integer.parseInt(match.group(3), 16),
                Integer.parseInt(match.group(4), 16));
    }

    @Override
    public String bus() {
        return "pci";
    }

    @Override
    public Class<PciDevice> deviceType() {
        return PciDevice.class;
    }

    @Override
    public String name() {
        return "%04x:%02x:%02x.%x".formatted(domain, busNumber, device, function);
    }

    @Override
    public String toString() {
        return name();
    }
}
