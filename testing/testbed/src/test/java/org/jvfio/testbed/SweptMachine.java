// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.List;
import java.util.UUID;
import org.jvfio.device.ApMatrix;
import org.jvfio.linux.ApBus;
import org.jvfio.linux.ApMatrices;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.MdevTypes;
import org.jvfio.spi.NativeMemory;
import org.jvfio.testkit.SimDevice;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernel;
import org.jvfio.testkit.SimKernelBuilder;
import org.jvfio.testkit.device.ApBusModel;
import org.jvfio.testkit.device.EduModel;
import org.jvfio.testkit.device.Pl031Model;
import org.jvfio.testkit.device.SimSubchannel;

/**
 * The simulated machine of a sweep, with two more devices that share a group, one with a virtual
 * function and a subchannel, and the plan by which its calls are refused.
 */
final class SweptMachine implements AutoCloseable {
    /** A matrix that has the first adapter. */
    static final UUID MATRIX = new UUID(5, 4);

    static final List<Integer> ADAPTERS = List.of(5, 6);

    private static final int GROUP = 20;
    private static final String SUBCHANNEL = "0.0.0002";
    private static final int MEMORY = 64 * SweepWorld.PAGE;

    private final SimKernel kernel;
    private final FaultPlan plan = new FaultPlan();
    private final LinuxHost host;
    private final NativeMemory memory;

    private SweptMachine(SimKernelBuilder machine, boolean power) {
        kernel =
                machine.device(SimDevice.of(SweepWorld.ONE.name(), new EduModel()).inGroup(GROUP))
                        .device(SimDevice.of(SweepWorld.TWO.name(), new EduModel()).inGroup(GROUP))
                        .igb(SweepWorld.PHYSICAL.name())
                        .device(SweptPlatform.CLOCK.name(), new Pl031Model())
                        .apBus(new ApBusModel(ADAPTERS, List.of(4)))
                        .subchannel(SimSubchannel.random(SUBCHANNEL, 0x10))
                        .build();
        host = LinuxHost.simulated(new FaultyKernel(kernel, plan, power));
        memory = host.allocate(MEMORY);
        ApBus bus = ApBus.on(kernel.host());
        ADAPTERS.forEach(adapter -> bus.adapter(adapter, false));
        ApMatrices.on(kernel.host()).create(MATRIX, matrix(1));
        kernel.enableVirtualFunctions(SweepWorld.PHYSICAL.name(), 1);
        MdevTypes.on(kernel.host())
                .find(SUBCHANNEL, "vfio_ccw-io")
                .orElseThrow()
                .create(SweepWorld.SUBCHANNEL.uuid());
    }

    /** A matrix of so many of the adapters, with their domain. */
    static ApMatrix matrix(int adapters) {
        int[] numbers = ADAPTERS.stream().limit(adapters).mapToInt(Integer::intValue).toArray();
        return ApMatrix.EMPTY.withAdapters(numbers).withDomains(4);
    }

    /** The machine for a backend. */
    static SweptMachine of(String backend) {
        SimKernelBuilder machine = SimHostProvider.machine();
        boolean power = backend.equals("spapr");
        return new SweptMachine(power ? machine.spaprTce() : machine, power);
    }

    SimKernel kernel() {
        return kernel;
    }

    FaultPlan plan() {
        return plan;
    }

    LinuxHost host() {
        return host;
    }

    NativeMemory memory() {
        return memory;
    }

    @Override
    public void close() {
        memory.retire();
        kernel.close();
    }
}
