// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import java.nio.ByteBuffer;
import java.util.List;
import org.jvfio.device.PciCapability;
import org.jvfio.linux.DevicePresence;
import org.jvfio.linux.WriteWatch;

/**
 * Tells when a function's BARs stop answering and when they answer again, from what is written to
 * its configuration space: the bit for memory in the command register, the power state, and the
 * bits by which a function resets itself.
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
    private static final int EXPRESS = 0x10;
    private static final int EXPRESS_RESET_AT = 9;
    private static final int EXPRESS_RESET = 1 << 7;
    private static final int ADVANCED_FEATURES = 0x13;
    private static final int FEATURES_RESET_AT = 4;
    private static final int FEATURES_RESET = 1;
    private static final long NOWHERE = -1;

    private final DevicePresence presence;
    private final long power;
    private final long expressReset;
    private final long featuresReset;
    private boolean decoding = true;
    private boolean powered = true;
    private boolean resetting;

    /** Of a function that decodes memory and has power. */
    MemoryDecoding(List<PciCapability> capabilities, DevicePresence presence) {
        this.presence = presence;
        this.power = register(capabilities, POWER_MANAGEMENT, CONTROL_AT);
        this.expressReset = register(capabilities, EXPRESS, EXPRESS_RESET_AT);
        this.featuresReset = register(capabilities, ADVANCED_FEATURES, FEATURES_RESET_AT);
    }

    private static long register(List<PciCapability> capabilities, int id, int at) {
        return CapabilityWalk.standard(capabilities, id)
                .map(capability -> (long) capability.offset() + at)
                .orElse(NOWHERE);
    }

    @Override
    public void writing(long offset, ByteBuffer bytes, int at, int count) {
        if (!decodes(offset, bytes, at, count) || !powers(offset, bytes, at, count)) {
            presence.decodes(false);
        } else if (resets(offset, bytes, at, count)) {
            presence.leaves();
            resetting = true;
        }
    }

    @Override
    public void written(long offset, ByteBuffer bytes, int at, int count) {
        decoding = decodes(offset, bytes, at, count);
        powered = powers(offset, bytes, at, count);
        try {
            presence.decodes(decoding && powered);
        } finally {
            if (resetting) {
                resetting = false;
                presence.returns();
            }
        }
    }

    private boolean resets(long offset, ByteBuffer bytes, int at, int count) {
        return isSet(expressReset, EXPRESS_RESET, offset, bytes, at, count)
                || isSet(featuresReset, FEATURES_RESET, offset, bytes, at, count);
    }

    private static boolean isSet(
            long register, int bit, long offset, ByteBuffer bytes, int at, int count) {
        return holds(register, offset, count)
                && (bytes.get(at + (int) (register - offset)) & bit) != 0;
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
