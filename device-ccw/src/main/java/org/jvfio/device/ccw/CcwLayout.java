// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.ccw;

import java.nio.ByteOrder;
import java.util.List;
import org.jvfio.linux.DeviceLayout;

/**
 * The indexes of a subchannel: {@code VFIO_CCW_CONFIG_REGION_INDEX}, {@code VFIO_CCW_IO_IRQ_INDEX}
 * and what follows them. Regions from 1 on say by their type what they are.
 */
final class CcwLayout implements DeviceLayout {
    static final int IO_REGION = 0;
    static final int IO = 0;
    static final int REPORT = 1;
    static final int REQUEST = 2;
    private static final List<String> INTERRUPTS = List.of("I/O", "channel report", "request");

    @Override
    public String regionName(int index) {
        return index == IO_REGION ? "I/O region" : "region " + index;
    }

    @Override
    public ByteOrder byteOrder(int region) {
        return ByteOrder.BIG_ENDIAN;
    }

    @Override
    public String interruptName(int index) {
        return index < INTERRUPTS.size() ? INTERRUPTS.get(index) : "interrupt " + index;
    }

    @Override
    public boolean exclusive(int interruptIndex) {
        return false;
    }
}
