// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import org.jvfio.device.PciDevice;
import org.jvfio.device.Region;
import org.jvfio.testkit.driver.EduDriver;

/**
 * The DMA engine of an edu device, reached through the kernel: the simulated one is done when the
 * write that starts it returns.
 */
record EduPort(Region registers) {
    private static final int PAGE = 4096;

    EduPort(PciDevice device) {
        this(device.bar(0));
    }

    /** Has the device read a page. */
    void load(long iova) {
        copy(iova, EduDriver.BUFFER, EduDriver.START);
    }

    /** Has the device write a page. */
    void store(long iova) {
        copy(EduDriver.BUFFER, iova, EduDriver.START | EduDriver.TO_MEMORY);
    }

    private void copy(long source, long target, long command) {
        registers.putLong(EduDriver.DMA_SOURCE, source);
        registers.putLong(EduDriver.DMA_TARGET, target);
        registers.putLong(EduDriver.DMA_COUNT, PAGE);
        registers.putLong(EduDriver.DMA_COMMAND, command);
    }
}
