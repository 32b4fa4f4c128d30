// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.acceptance;

import java.util.List;
import org.jvfio.Host;
import org.jvfio.device.PciAddress;
import org.jvfio.linux.KernelException;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernel;
import org.jvfio.testkit.contract.Holdings;
import org.jvfio.testkit.contract.SimBench;

/**
 * The simulated machine of {@link SimHostProvider}, with a network card that can have virtual
 * functions.
 *
 * <p><b>Lifetime.</b> Of one test: {@link #close} ends the machine's thread.
 */
public final class SimAcceptanceBench implements AcceptanceBench, AutoCloseable {
    private static final PciAddress EDU = PciAddress.of("0000:00:05.0");
    private static final PciAddress OTHER_EDU = PciAddress.of("0000:00:07.0");
    private static final PciAddress NVME = PciAddress.of("0000:00:08.0");
    private static final PciAddress IGB = PciAddress.of("0000:02:00.0");

    private final SimKernel kernel = SimHostProvider.machine().igb(IGB.name()).build();

    /** A new machine. */
    public SimAcceptanceBench() {}

    @Override
    public Host host() {
        return kernel.host();
    }

    @Override
    public PciAddress edu() {
        return EDU;
    }

    @Override
    public PciAddress nvme() {
        return NVME;
    }

    @Override
    public List<PciAddress> all() {
        return List.of(EDU, OTHER_EDU, NVME);
    }

    @Override
    public PciAddress physicalFunction() {
        return IGB;
    }

    @Override
    public VirtualFunction enableVirtualFunction() {
        kernel.enableVirtualFunctions(IGB.name(), 1);
        String path = "/sys/bus/pci/devices/" + IGB.name() + "/virtfn0";
        try {
            String virtual = kernel.files().resolve(path);
            String name = virtual.substring(virtual.lastIndexOf('/') + 1);
            return new Enabled(kernel, PciAddress.of(name));
        } catch (KernelException missing) {
            throw missing.about(path);
        }
    }

    @Override
    public Holdings holdings() {
        return SimBench.holdings(kernel);
    }

    @Override
    public void close() {
        kernel.close();
    }

    private record Enabled(SimKernel kernel, PciAddress address) implements VirtualFunction {
        @Override
        public void close() {
            kernel.enableVirtualFunctions(IGB.name(), 0);
        }
    }
}
