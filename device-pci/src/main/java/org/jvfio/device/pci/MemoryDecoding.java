// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import java.nio.ByteBuffer;
import java.util.List;
import org.jvfio.device.PciCapability;
import org.jvfio.linux.DevicePresence;
import org.jvfio.linux.WriteWatch;

/**
 * Tells when a function's BARs stop answering and when they answer again, from what is written to
 * its configuration space: the bit for memory in the command register, and the power state.
 *
 * <p>The kernel acts on the same writes: it takes the BARs away from other devices that have them
 * as dma-bufs. Source: {@code linux/pci_regs.h}.
 */
final class MemoryDecoding implements WriteWatch {
    private static final int COMMAND = 0x04;
    private static final int POWER_MANAGEMENT = 0x01;
    private static final int CONTROL_AT = 4;
    private static final int STATE_MASK = 3;
    private static final int D3 = 3;
    private static final long NOWHERE = -1;

    private final DevicePresence presence;
    private final long power;
    private boolean decoding = true;
    private boolean powered = true;

    /** Of a function that decodes memory and has power. */
    MemoryDecoding(List<PciCapability> capabilities, DevicePresence presence) {
        this.presence = presence;
        this.power =
                CapabilityWalk.standard(capabilities, POWER_MANAGEMENT)
                        .map(capability -> (long) capability.offset() + CONTROL_AT)
                        .orElse(NOWHERE);
    }

    @Override
    public void writing(long offset, ByteBuffer bytes, int at, int count) {
        if (!decodes(offset, bytes, at, count) || !powers(offset, bytes, at, count)) {
            presence.decodes(false);
        }
    }

    @Override
    public void written(long offset, ByteBuffer bytes, int at, int count) {
        decoding = decodes(offset, bytes, at, count);
        powered = powers(offset, bytes, at, count);
        presence.decodes(decoding && powered);
    }

    private boolean decodes(long offset, ByteBuffer bytes, int at, int count) {
        return holds(COMMAND, offset, count)
                ? (bytes.get(at + (int) (COMMAND - offset)) & CommandRegister.MEMORY_SPACE) != 0
                : decoding;
    }

    private boolean powers(long offset, ByteBuffer bytes, int at, int count) {
        return holds(power, offset, count)
                ? (bytes.get(at + (int) (power - offset)) & STATE_MASK) != D3
                : powered;
    }

    private static boolean holds(long register, long offset, int count) {
        return register >= offset && register - offset < count;
    }
}
