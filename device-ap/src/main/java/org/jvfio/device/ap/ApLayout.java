// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.ap;

import java.nio.ByteOrder;
import org.jvfio.linux.DeviceLayout;

/**
 * The indexes of a matrix: two interrupts, and no regions.
 *
 * <p>Source: {@code VFIO_AP_REQ_IRQ_INDEX} and its like in {@code linux/vfio.h}.
 */
final class ApLayout implements DeviceLayout {
    static final int REQUEST = 0;
    static final int CONFIGURATION_CHANGE = 1;

    @Override
    public String regionName(int index) {
        return "region " + index;
    }

    @Override
    public ByteOrder byteOrder(int region) {
        return ByteOrder.nativeOrder();
    }

    @Override
    public String interruptName(int index) {
        return switch (index) {
            case REQUEST -> "request";
            case CONFIGURATION_CHANGE -> "configuration change";
            default -> "interrupt " + index;
        };
    }

    @Override
    public boolean exclusive(int interruptIndex) {
        return false;
    }
}
