// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import java.nio.ByteOrder;
import org.jvfio.linux.DeviceLayout;

/**
 * The region and interrupt indexes of PCI functions.
 *
 * <p>Source: the enumerations {@code VFIO_PCI_*_REGION_INDEX} and {@code VFIO_PCI_*_IRQ_INDEX} of
 * {@code linux/vfio.h}.
 */
final class PciLayout implements DeviceLayout {
    static final int BARS = 6;
    static final int ROM_REGION = 6;
    static final int CONFIG_REGION = 7;
    static final int VGA_REGION = 8;
    static final int KNOWN_REGIONS = 9;

    static final int INTX = 0;
    static final int MSI = 1;
    static final int MSIX = 2;
    static final int ERROR = 3;
    static final int REQUEST = 4;

    @Override
    public String regionName(int index) {
        if (index < BARS) {
            return "BAR " + index;
        }
        return switch (index) {
            case ROM_REGION -> "ROM";
            case CONFIG_REGION -> "configuration space";
            case VGA_REGION -> "VGA";
            default -> "region " + index;
        };
    }

    @Override
    public ByteOrder byteOrder(int region) {
        return ByteOrder.LITTLE_ENDIAN;
    }

    @Override
    public String interruptName(int index) {
        return switch (index) {
            case INTX -> "INTx";
            case MSI -> "MSI";
            case MSIX -> "MSI-X";
            case ERROR -> "error";
            case REQUEST -> "release request";
            default -> "interrupt " + index;
        };
    }

    @Override
    public boolean exclusive(int interruptIndex) {
        return interruptIndex <= MSIX;
    }
}
