// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;

/**
 * A device with a function reset, whose BAR 0 another device reads and writes.
 *
 * @param constant a register there that reads as always after a reset
 * @param kept one that keeps what is written, until a reset
 * @param value what can be written
 */
record PeerTarget(PciAddress address, int constant, int kept, int value) {
    /** An {@code nvme}; a network card, whose BAR is larger, where that cannot be mapped. */
    static PeerTarget of(Bench bench) {
        return bench.mapsSmallBars()
                ? new PeerTarget(bench.nvme(), 0x08, 0x24, 0x70007)
                : new PeerTarget(bench.pair(), 0x0000, 0x1524, 7);
    }

    int readConstant(PciDevice device) {
        return device.bar(0).getInt(constant);
    }

    int readKept(PciDevice device) {
        return device.bar(0).getInt(kept);
    }
}
