// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.util.List;

/**
 * A PCI function: its configuration space, its registers, and what they do.
 *
 * <p>Everything it does it does at once, within the call that asked for it.
 *
 * <p><b>Units.</b> Values are little-endian numbers in the low bytes of a {@code long}.
 * <b>Threads.</b> The simulated kernel makes one call at a time.
 */
public interface PciModel {
    /** For people: {@code "edu"}. */
    String name();

    /**
     * The configuration space as firmware left it, a new array each time: 256 bytes, or 4096 with
     * PCI Express. The kernel keeps BARs, the command register and interrupts to itself.
     */
    byte[] configuration();

    /** The windows that the function decodes: the same ones each time. */
    List<Bar> bars();

    /** Whether the function can be reset by itself. */
    boolean resettable();

    /** Plugs the function in; called once, before anything else is asked of it. */
    void connect(DeviceBus bus);

    /**
     * Reads a register.
     *
     * @param width 1, 2, 4 or 8 bytes; {@code offset} is a multiple of it
     */
    long read(int bar, long offset, int width);

    /**
     * Writes a register.
     *
     * @param width 1, 2, 4 or 8 bytes; {@code offset} is a multiple of it
     */
    void write(int bar, long offset, int width, long value);

    /** Puts the function back into its state after power-on. */
    void reset();
}
