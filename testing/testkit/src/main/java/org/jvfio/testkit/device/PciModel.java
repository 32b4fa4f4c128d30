// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.util.List;

/**
 * A PCI function: its configuration space, its registers, and what they do.
 *
 * <p><b>Units.</b> Values are little-endian numbers in the low bytes of a {@code long}.
 */
public interface PciModel extends DeviceModel {
    /**
     * The configuration space as firmware left it, a new array each time: 256 bytes, or 4096 with
     * PCI Express. The kernel keeps BARs, the command register and interrupts to itself.
     */
    byte[] configuration();

    /** The windows that the function decodes: the same ones each time. */
    List<Bar> bars();

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
}
