// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.List;
import org.jvfio.Host;
import org.jvfio.device.PciAddress;
import org.jvfio.linux.KernelException;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernel;
import org.jvfio.testkit.acceptance.AcceptanceBench;
import org.jvfio.testkit.contract.Holdings;

/** The same machine as the guest with its network card, simulated. */
final class SimulatedAcceptanceBench implements AcceptanceBench {
    private final AcceptanceBench guest = new GuestAcceptanceBench();
    private final SimulatedBench machine =
            new SimulatedBench(
                    GuestBench.LEGACY,
                    SimHostProvider.machine().igb(GuestAcceptanceBench.IGB.name()).build());

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
        String physical = physicalFunction().name();
        machine.kernel().enableVirtualFunctions(physical, 1);
        String path = "/sys/bus/pci/devices/" + physical + "/virtfn0";
        try {
            String virtual = machine.kernel().files().resolve(path);
            return new Enabled(machine.kernel(), PciAddress.of(lastName(virtual)));
        } catch (KernelException missing) {
            throw missing.about(path);
        }
    }

    private static String lastName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    @Override
    public Holdings holdings() {
        return machine.holdings();
    }

    private record Enabled(SimKernel kernel, PciAddress address) implements VirtualFunction {
        @Override
        public void close() {
            kernel.enableVirtualFunctions(GuestAcceptanceBench.IGB.name(), 0);
        }
    }
}
