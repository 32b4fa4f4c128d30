// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

/** What happens when a device interrupts. */
@FunctionalInterface
public interface InterruptListener {
    /**
     * Called once for one or several interrupts of a vector since the last call.
     *
     * <p><b>Threads.</b> On the device's own interrupt thread, one call at a time for all vectors
     * of the device. It may use and close the device. What it throws is logged, and the next
     * interrupt is delivered all the same.
     */
    void interrupted(int vector);
}
