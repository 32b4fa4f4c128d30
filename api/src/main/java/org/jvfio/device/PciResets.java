// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

/**
 * The ways in which a PCI function can be reset without others.
 *
 * @param byItself whether the kernel has a way ({@link VfioDevice#resettable()})
 * @param functionLevel whether the function says that it has a function level reset, in its PCI
 *     Express or its Advanced Features capability
 * @param powerManagement whether going to D3hot and back resets it: it says so by having a Power
 *     Management capability and not {@code No_Soft_Reset}
 */
public record PciResets(boolean byItself, boolean functionLevel, boolean powerManagement) {
    /**
     * Whether a hot reset is to be preferred: the function has no reset of its own, or one by power
     * management alone, which leaves some devices half reset.
     */
    public boolean wantsHotReset() {
        return !byItself || (!functionLevel && powerManagement);
    }
}
