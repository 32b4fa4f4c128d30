// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.util.List;
import org.jvfio.VfioException;

/**
 * A hot reset as it would be: the functions that it takes down, and what stops it.
 *
 * <p>A hot reset is one of the bus or slot that a function is on. It takes down everything there,
 * so everything there must be ours. Making the plan changes nothing.
 *
 * <p>What attached functions see of it: their INTx, MSI or MSI-X vectors are off and bus mastering
 * is off from just before it until just after it, then both are as they were, with the same
 * listeners and eventfds, and masked vectors masked; an interrupt of that time is lost. Calls that
 * concern their interrupts or bus mastering wait meanwhile, and so do accesses to their registers,
 * mapped ones too: the kernel holds these up until memory decoding is on again. Configuration space
 * is as before, and everything else as after power-on. Memory stays mapped for DMA.
 *
 * <p><b>Threads.</b> Immutable.
 *
 * <p>Source: {@code VFIO_DEVICE_GET_PCI_HOT_RESET_INFO}, {@code VFIO_DEVICE_PCI_HOT_RESET}.
 */
public interface HotResetPlan {
    /** The name of the device that was asked for it. */
    String device();

    /** The functions that go down, the device itself among them; none if there is no such reset. */
    List<HotResetFunction> functions();

    /** Whether nothing stops it. */
    default boolean possible() {
        return obstacles().isEmpty();
    }

    /** What stops it, in words that say what to do; empty if nothing. */
    List<String> obstacles();

    /**
     * Resets the functions, after another look at them. No device of the session is attached or
     * released meanwhile.
     *
     * @throws VfioException if it is not possible or not what the plan says any more, and nothing
     *     has changed then; or if the kernel refuses, or a function does not come back in time, and
     *     attached functions have their interrupts and bus mastering as before, as far as they
     *     answer
     * @throws IllegalStateException if the device is closed
     */
    void execute();
}
