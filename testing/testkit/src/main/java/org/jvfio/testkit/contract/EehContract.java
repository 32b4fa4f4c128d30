// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.jvfio.device.Eeh;
import org.jvfio.device.PciDevice;

/** POWER's error handling. */
// Who extends it has JUnit's modules; who only uses the simulated kernel need not have them.
@SuppressWarnings("exports")
public abstract class EehContract extends Contract {
    /** For extension. */
    protected EehContract() {}

    @Test
    void resetBeginsAndEnds() {
        try (PciDevice device = attach(bench().edu())) {
            Eeh eeh = device.eeh().orElseThrow();
            eeh.enable();
            assertEquals(Eeh.State.NORMAL, eeh.state());
            for (Eeh.Reset kind : Eeh.Reset.values()) {
                eeh.reset(kind);
                assertEquals(Eeh.State.RESET, eeh.state());
                eeh.endReset();
                eeh.configure();
                assertEquals(Eeh.State.NORMAL, eeh.state());
            }
            eeh.disable();
        }
    }

    @Test
    void resetDisablesVectorsThatTheDeviceForgets() {
        try (PciDevice device = attach(bench().nvme())) {
            Eeh eeh = device.eeh().orElseThrow();
            device.msix().listen(0, vector -> {});
            eeh.reset(Eeh.Reset.HOT);
            assertEquals(List.of(), device.msix().enabled());
            eeh.endReset();
            eeh.configure();
            device.msix().listen(0, vector -> {});
            assertEquals(List.of(0), device.msix().enabled());
            device.msix().disable();
        }
    }

    @Test
    void stoppedEndpointIsThawed() {
        try (PciDevice device = attach(bench().edu())) {
            Eeh eeh = device.eeh().orElseThrow();
            eeh.thawIo();
            eeh.thawDma();
            assertEquals(Eeh.State.NORMAL, eeh.state());
        }
    }

    @Test
    void devicesOfOneAddressSpaceAreResetApart() {
        try (PciDevice one = attach(bench().edu());
                PciDevice other = attach(bench().otherEdu())) {
            one.eeh().orElseThrow().reset(Eeh.Reset.HOT);
            assertEquals(Eeh.State.NORMAL, other.eeh().orElseThrow().state());
            one.eeh().orElseThrow().endReset();
        }
    }

    @Test
    void closedDeviceSaysSo() {
        PciDevice device = attach(bench().edu());
        Eeh eeh = device.eeh().orElseThrow();
        device.close();
        assertThrows(IllegalStateException.class, eeh::state);
    }
}
