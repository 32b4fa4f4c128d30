// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import org.jvfio.device.PciConfig;
import org.jvfio.spi.Teardown;

/**
 * The command register of a PCI function, {@code PCI_COMMAND}.
 *
 * <p><b>Threads.</b> Safe for use by several threads, as far as nobody writes the register through
 * {@link PciConfig} at the same time.
 */
final class CommandRegister {
    /** The function answers accesses to its memory. */
    static final int MEMORY_SPACE = 1 << 1;

    /** The function may start transactions. */
    static final int BUS_MASTER = 1 << 2;

    private static final int COMMAND = 0x04;

    private final PciConfig config;

    CommandRegister(PciConfig config) {
        this.config = config;
    }

    /** Turns {@code bits} on or off, and leaves the others. */
    synchronized void set(int bits, boolean on) {
        int before = Short.toUnsignedInt(config.getShort(COMMAND));
        int after = on ? before | bits : before & ~bits;
        if (after != before) {
            config.putShort(COMMAND, (short) after);
        }
    }

    /** Runs {@code work} while {@code bits} are off; then they are as they were. */
    synchronized void without(int bits, Runnable work) {
        int before = Short.toUnsignedInt(config.getShort(COMMAND));
        set(bits, false);
        Teardown teardown = new Teardown();
        teardown.step(work);
        teardown.step(() -> set(before & bits, true));
        teardown.finish();
    }
}
