// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernel;
import org.jvfio.testkit.contract.Bench;
import org.jvfio.testkit.contract.Holdings;

/** The same machine as the guest, simulated. */
final class SimulatedBench implements Bench {
    private static final int USUAL_LIMIT = 65_535;

    private final Bench guest;
    private final SimKernel kernel;

    SimulatedBench(String backend) {
        this(backend, SimHostProvider.machine().build());
    }

    SimulatedBench(String backend, SimKernel kernel) {
        this.guest = new GuestBench(backend);
        this.kernel = kernel;
    }

    SimKernel kernel() {
        return kernel;
    }

    @Override
    public Vfio open() {
        return Vfio.on(kernel.host());
    }

    @Override
    public String backend() {
        return guest.backend();
    }

    @Override
    public Optional<String> otherBackend() {
        return guest.otherBackend();
    }

    @Override
    public PciAddress edu() {
        return guest.edu();
    }

    @Override
    public PciAddress otherEdu() {
        return guest.otherEdu();
    }

    @Override
    public PciAddress nvme() {
        return guest.nvme();
    }

    @Override
    public PciAddress driverless() {
        return guest.driverless();
    }

    @Override
    public PciAddress foreign() {
        return guest.foreign();
    }

    @Override
    public PciAddress unviable() {
        return guest.unviable();
    }

    @Override
    public Holdings holdings() {
        List<String> held = new ArrayList<>();
        for (String left : kernel.leftovers()) {
            held.add(left.replaceFirst("^\\d+ ", ""));
        }
        return new Holdings(
                held.stream().sorted().toList(), kernel.pinnedBytes(), Holdings.ownThreads());
    }

    @Override
    public Optional<Limit> limitMappings(int mappings) {
        kernel.limitMappings(mappings);
        return Optional.of(() -> kernel.limitMappings(USUAL_LIMIT));
    }

    @Override
    public Optional<Limit> limitLockedMemory(long bytes) {
        kernel.limitLockedMemory(bytes);
        return Optional.of(() -> kernel.limitLockedMemory(Long.MAX_VALUE));
    }
}
