// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import org.jvfio.testkit.device.Bar;

/**
 * A place in a BAR, as other devices reach it: what a mapping has behind it in place of memory.
 *
 * @param position from the beginning of the BAR
 */
record BarPart(PciFunction function, Bar bar, long position) {
    /** The place so many bytes further on. */
    BarPart plus(long bytes) {
        return new BarPart(function, bar, position + bytes);
    }

    /** Whether registers answer there. */
    boolean answers() {
        return function.memoryEnabled();
    }

    /** Copies between a device and the registers from an offset on. */
    void copy(long offset, byte[] bytes, int at, int length, boolean write) {
        RegionAccess access = RegionAccess.of(function, bar, position + offset, length);
        if (write) {
            byte[] source = new byte[length];
            System.arraycopy(bytes, at, source, 0, length);
            access.store(source);
        } else {
            System.arraycopy(access.load(length), 0, bytes, at, length);
        }
    }
}
