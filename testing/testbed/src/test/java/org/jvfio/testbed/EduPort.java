// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import org.jvfio.device.PciDevice;
import org.jvfio.device.Region;

/**
 * The DMA engine of an edu device, reached through the kernel: the simulated one is done when the
 * write that starts it returns.
 */
record EduPort(Region registers) {
    private static final int PAGE = 4096;
    private static final long BUFFER = 0x40000;
    private static final int SOURCE = 0x80;
    private static final int TARGET = 0x88;
    private static final int COUNT = 0x90;
    private static final int COMMAND = 0x98;
    private static final long START = 1;
    private static final long TO_MEMORY = 2;

    EduPort(PciDevice device) {
        this(device.bar(0));
    }

    /** Has the device read a page. */
    void load(long iova) {
        copy(iova, BUFFER, START);
    }

    /** Has the device write a page. */
    void store(long iova) {
        copy(BUFFER, iova, START | TO_MEMORY);
    }

    private void copy(long source, long target, long command) {
        registers.putLong(SOURCE, source);
        registers.putLong(TARGET, target);
        registers.putLong(COUNT, PAGE);
        registers.putLong(COMMAND, command);
    }
}
