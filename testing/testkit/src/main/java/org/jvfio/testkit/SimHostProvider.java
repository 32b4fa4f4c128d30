// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import java.util.List;
import java.util.UUID;
import org.jvfio.Host;
import org.jvfio.device.ApMatrix;
import org.jvfio.linux.ApBus;
import org.jvfio.linux.ApMatrices;
import org.jvfio.spi.HostProvider;
import org.jvfio.spi.SpiVersion;
import org.jvfio.testkit.device.ApBusModel;
import org.jvfio.testkit.device.EduModel;
import org.jvfio.testkit.device.MdpyModel;
import org.jvfio.testkit.device.MttyModel;
import org.jvfio.testkit.device.NvmeModel;
import org.jvfio.testkit.device.PciModel;
import org.jvfio.testkit.device.Pl031Model;
import org.jvfio.testkit.device.SilentModel;

/**
 * Provides the host {@code "simulated"}: a machine like the one of the testbed, a new one each
 * time.
 *
 * <pre>
 *   device        group  driver
 *   0000:00:05.0      5  vfio-pci    edu
 *   0000:00:07.0      7  vfio-pci    edu
 *   0000:00:08.0      8  vfio-pci    NVMe controller
 *   0000:00:09.0      9  none        edu
 *   0000:00:06.0      6  none        bridge
 *   0000:01:01.0      6  vfio-pci    edu, in a group that is not viable because of the next
 *   0000:01:02.0      6  virtio-pci  random numbers
 * </pre>
 *
 * <p>One that a session opens by name has devices of other buses as well: {@link #MATRIX}, of
 * cryptographic queues, and {@link #CLOCK}, a platform device.
 *
 * <p>The drivers mtty and mdpy make mediated devices when asked in {@code /sys/class/mdev_bus}.
 */
public final class SimHostProvider implements HostProvider {
    /** A real-time clock. */
    public static final String CLOCK = "9010000.pl031";

    /** A matrix of the queues 05.0004, 05.0047, 06.0004 and 06.0047. */
    public static final UUID MATRIX = UUID.fromString("669d9b23-fe1b-4ecb-be08-a2fabca99b71");

    private static final List<Integer> ADAPTERS = List.of(5, 6);
    private static final List<Integer> DOMAINS = List.of(4, 0x47);
    private static final String BRIDGE = "0000:00:06.0";
    private static final int SHARED_GROUP = 6;

    /** Called by {@link java.util.ServiceLoader}. */
    public SimHostProvider() {}

    @Override
    public String name() {
        return "simulated";
    }

    @Override
    public int spiVersion() {
        return SpiVersion.CURRENT;
    }

    @Override
    public Host open() {
        Host host =
                machine()
                        .apBus(new ApBusModel(ADAPTERS, DOMAINS))
                        .device(CLOCK, new Pl031Model())
                        .build()
                        .host();
        ApBus bus = ApBus.on(host);
        ADAPTERS.forEach(adapter -> bus.adapter(adapter, false));
        ApMatrices.on(host)
                .create(
                        MATRIX,
                        ApMatrix.EMPTY
                                .withAdapters(ADAPTERS.get(0), ADAPTERS.get(1))
                                .withDomains(DOMAINS.get(0), DOMAINS.get(1)));
        return host;
    }

    /** The machine that the class's table shows, to be changed before it is built. */
    public static SimKernelBuilder machine() {
        return SimKernel.builder()
                .mediated(MttyModel.parent())
                .mediated(MdpyModel.parent())
                .device(SimDevice.of("0000:00:05.0", new EduModel()).inGroup(5))
                .device(SimDevice.of("0000:00:07.0", new EduModel()).inGroup(7))
                .device(SimDevice.of("0000:00:08.0", new NvmeModel("jvfio")).inGroup(8))
                .device(SimDevice.of("0000:00:09.0", new EduModel()).inGroup(9).unbound())
                .device(shared(BRIDGE, new SilentModel(0x1b36, 0x000e, 0x060400)).unbound())
                .device(shared("0000:01:01.0", new EduModel()).behind(BRIDGE))
                .device(
                        shared("0000:01:02.0", new SilentModel(0x1af4, 0x1005, 0x00ff00))
                                .boundTo("virtio-pci")
                                .behind(BRIDGE));
    }

    private static SimDevice shared(String name, PciModel model) {
        return SimDevice.of(name, model).inGroup(SHARED_GROUP);
    }
}
