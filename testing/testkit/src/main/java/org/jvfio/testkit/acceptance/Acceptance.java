// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.jvfio.AttachOptions;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.LinuxHost;
import org.jvfio.testkit.contract.Holdings;

/** What all cases share: the machine, and the look at what is left. */
@Timeout(120)
@ExtendWith(AcceptanceLog.class)
abstract class Acceptance {
    private Holdings before;

    /** The machine. */
    abstract AcceptanceBench bench();

    @BeforeEach
    final void lookAtWhatIsHeld() {
        before = bench().holdings();
    }

    @AfterEach
    final void nothingIsLeft() {
        assertEquals(before, bench().holdings(), "held after the case, against before it");
    }

    final Kernel kernel() {
        return LinuxHost.of(bench().host()).kernel();
    }

    final Vfio open(IommuMode mode) {
        return mode.open(Vfio.builder().host(bench().host()));
    }

    /** Attaches as a VMM does: the device masters the bus when it is told to. */
    static PciDevice attach(Vfio vfio, IommuMode mode, PciAddress address) {
        return vfio.addressSpace().attach(address, mode.options().busMaster(false));
    }

    static PciDevice attach(Vfio vfio, PciAddress address, AttachOptions options) {
        return vfio.addressSpace().attach(address, options);
    }
}
