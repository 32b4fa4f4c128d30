// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.platform;

import java.nio.ByteOrder;
import java.util.List;
import org.jvfio.linux.DeviceLayout;
import org.jvfio.linux.SysfsDevice;

/**
 * What the device tree calls a device's regions and interrupts, which the kernel numbers in its
 * order.
 *
 * @param regionNames {@code reg-names}; shorter than there are regions, or empty, if it says no
 *     more
 * @param interruptNames {@code interrupt-names}, in the same way
 */
record PlatformLayout(List<String> regionNames, List<String> interruptNames)
        implements DeviceLayout {
    static PlatformLayout of(SysfsDevice device) {
        return new PlatformLayout(
                TreeStrings.of(device, "reg-names"), TreeStrings.of(device, "interrupt-names"));
    }

    @Override
    public String regionName(int index) {
        return index < regionNames.size() ? regionNames.get(index) : "region " + index;
    }

    /** The driver reads words as the processor has them, from registers that are little-endian. */
    @Override
    public ByteOrder byteOrder(int region) {
        return ByteOrder.nativeOrder();
    }

    @Override
    public String interruptName(int index) {
        return index < interruptNames.size() ? interruptNames.get(index) : "interrupt " + index;
    }

    @Override
    public boolean exclusive(int interruptIndex) {
        return false;
    }
}
