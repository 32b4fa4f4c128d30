// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import org.jvfio.device.PciCapability;
import org.jvfio.device.PciConfig;
import org.jvfio.device.PciResets;

/**
 * What configuration space says of a function's resets.
 *
 * <p>Source: {@code linux/pci_regs.h}.
 */
final class ResetCapabilities {
    private static final int POWER_MANAGEMENT = 0x01;
    private static final int PM_CONTROL = 4;
    private static final int PM_NO_SOFT_RESET = 1 << 3;

    private static final int EXPRESS = 0x10;
    private static final int EXPRESS_DEVICE = 4;
    private static final int EXPRESS_FLR = 1 << 28;

    private static final int ADVANCED_FEATURES = 0x13;
    private static final int AF_CAPABILITIES = 3;
    private static final int AF_PENDING_AND_FLR = 3;

    private ResetCapabilities() {}

    static PciResets of(PciConfig config, boolean byItself) {
        boolean functionLevel = false;
        boolean powerManagement = false;
        for (PciCapability capability : config.capabilities()) {
            if (!capability.extended()) {
                functionLevel |= functionLevel(config, capability);
                powerManagement |= powerManagement(config, capability);
            }
        }
        return new PciResets(byItself, functionLevel, powerManagement);
    }

    private static boolean functionLevel(PciConfig config, PciCapability capability) {
        int at = capability.offset();
        return switch (capability.id()) {
            case EXPRESS -> (config.getInt(at + EXPRESS_DEVICE) & EXPRESS_FLR) != 0;
            case ADVANCED_FEATURES ->
                    (config.getByte(at + AF_CAPABILITIES) & AF_PENDING_AND_FLR)
                            == AF_PENDING_AND_FLR;
            default -> false;
        };
    }

    private static boolean powerManagement(PciConfig config, PciCapability capability) {
        return capability.id() == POWER_MANAGEMENT
                && (config.getShort(capability.offset() + PM_CONTROL) & PM_NO_SOFT_RESET) == 0;
    }
}
