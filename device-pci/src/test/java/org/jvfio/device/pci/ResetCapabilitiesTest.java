// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.jvfio.device.PciResets;

/** What capabilities say of resets; configuration space is written byte by byte. */
final class ResetCapabilitiesTest {
    private final PciFunctionKernel kernel = new PciFunctionKernel();

    private void capability(int at, int id, int... body) {
        kernel.config[6] |= 0x10;
        kernel.config[at] = (byte) id;
        kernel.config[at + 1] = kernel.config[0x34];
        kernel.config[0x34] = (byte) at;
        for (int i = 0; i < body.length; i++) {
            kernel.config[at + 2 + i] = (byte) body[i];
        }
    }

    private PciResets resets() {
        return kernel.open().resets();
    }

    @Test
    void functionWithoutCapabilitiesHasWhatTheKernelSays() {
        assertEquals(new PciResets(true, false, false), resets());
        assertFalse(resets().wantsHotReset());
        kernel.flags &= ~1;
        assertEquals(new PciResets(false, false, false), resets());
        assertTrue(resets().wantsHotReset());
    }

    @Test
    void functionLevelResetIsABitOfPciExpress() {
        capability(0x40, 0x10, 2, 0, 0, 0, 0, 0xef);
        assertFalse(resets().functionLevel());
        kernel.config[0x47] = 0x10;
        assertTrue(resets().functionLevel());
    }

    @Test
    void advancedFeaturesMustSayBothPendingAndReset() {
        capability(0x40, 0x13, 6, 2);
        assertFalse(resets().functionLevel());
        kernel.config[0x43] = 3;
        assertTrue(resets().functionLevel());
    }

    @Test
    void powerManagementResetsUnlessItSaysNot() {
        capability(0x40, 0x01, 3, 0, 0, 0);
        assertEquals(new PciResets(true, false, true), resets());
        assertTrue(resets().wantsHotReset());
        kernel.config[0x44] = 8;
        assertFalse(resets().powerManagement());
    }

    @Test
    void goodResetOfItsOwnIsPreferred() {
        capability(0x40, 0x01, 3, 0, 0, 0);
        capability(0x50, 0x10, 2, 0, 0, 0, 0, 0x10);
        assertFalse(resets().wantsHotReset());
    }
}
