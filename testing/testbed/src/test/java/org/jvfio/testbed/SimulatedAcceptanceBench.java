// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assumptions.abort;

import java.util.List;
import org.jvfio.Host;
import org.jvfio.device.PciAddress;
import org.jvfio.testkit.acceptance.AcceptanceBench;
import org.jvfio.testkit.contract.Holdings;

/** The same machine as the guest with its network card, simulated. */
final class SimulatedAcceptanceBench implements AcceptanceBench {
    private final AcceptanceBench guest = new GuestAcceptanceBench();
    private final SimulatedBench machine = new SimulatedBench(GuestBench.LEGACY);

    @Override
    public Host host() {
        return machine.kernel().host();
    }

    @Override
    public PciAddress edu() {
        return guest.edu();
    }

    @Override
    public PciAddress nvme() {
        return guest.nvme();
    }

    @Override
    public List<PciAddress> all() {
        return guest.all();
    }

    @Override
    public PciAddress physicalFunction() {
        return guest.physicalFunction();
    }

    @Override
    public VirtualFunction enableVirtualFunction() {
        return abort("later");
    }

    @Override
    public Holdings holdings() {
        return machine.holdings();
    }
}
