// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.DmaBuffer;
import org.jvfio.IovaRange;
import org.jvfio.PeerMapping;
import org.jvfio.PeerMapping.State;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Errno;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernel;
import org.jvfio.testkit.driver.EduDriver;

/** Kernels and page tables that do not offer a BAR to other devices: that is no failure. */
@SuppressWarnings("try") // some resources are there only to be closed
final class PeerRefusalTest {
    private static final IovaRange RANGE = IovaRange.of(0x1000_0000, 4096);

    private final SimKernel kernel = SimHostProvider.machine().build();

    @AfterEach
    void nothingIsLeft() {
        kernel.assertNothingLeft();
        kernel.close();
    }

    private static PciDevice attach(AddressSpace space, PciAddress address, String backend) {
        return space.attach(address, AttachOptions.defaults().backend(backend));
    }

    private static void assertWorks(PciDevice device) {
        try (EduDriver edu = EduDriver.start(device);
                DmaBuffer buffer = device.addressSpace().allocate(4096)) {
            buffer.bytes().put(0, (byte) 42);
            edu.load(buffer.iova(), 1);
            buffer.bytes().put(0, (byte) 0);
            edu.store(buffer.iova(), 1);
            assertEquals(42, buffer.bytes().get(0));
        }
    }

    @Test
    void kernelWithoutDmaBufsRefusesOnIommufdAndTheDeviceWorksOn() {
        try (Vfio vfio = Vfio.on(kernel.host());
                PciDevice one = attach(vfio.addressSpace(), GuestBench.EDU, "iommufd");
                PciDevice other = attach(vfio.addressSpace(), GuestBench.OTHER_EDU, "iommufd")) {
            for (int i = 0; i < 3; i++) {
                kernel.failNext("VFIO_DEVICE_FEATURE", Errno.ENOTTY);
                try (PeerMapping peer =
                        one.addressSpace().mapPeer(RANGE, other.bar(0), 0, Access.READ_WRITE)) {
                    assertEquals(State.REFUSED, peer.state());
                    assertEquals(State.REFUSED, peer.parts().get(0).state());
                    assertTrue(peer.reason().contains("ENOTTY"), peer::reason);
                    assertTrue(peer.reason().contains("Linux 6.19"), peer::reason);
                    assertTrue(peer.reason().startsWith(other.name()), peer::reason);
                }
            }
            assertWorks(one);
            assertWorks(other);
        }
    }

    @Test
    void otherRefusalsAreNoFailuresEither() {
        try (Vfio vfio = Vfio.on(kernel.host());
                PciDevice one = attach(vfio.addressSpace(), GuestBench.EDU, "iommufd");
                PciDevice other = attach(vfio.addressSpace(), GuestBench.OTHER_EDU, "iommufd")) {
            AddressSpace space = one.addressSpace();
            kernel.failNext("VFIO_DEVICE_FEATURE", Errno.EMFILE);
            space.mapPeer(RANGE, other.bar(0), 0, Access.READ).close();
            kernel.failNext("IOMMU_IOAS_MAP_FILE", Errno.EOPNOTSUPP);
            space.mapPeer(RANGE, other.bar(0), 0, Access.READ).close();
            kernel.failNext("IOMMU_IOAS_MAP_FILE", Errno.EOPNOTSUPP);
            space.mapPeer(RANGE, one.bar(0), 0, Access.READ).close();

            try (PeerMapping peer = space.mapPeer(RANGE, other.bar(0), 0, Access.READ)) {
                assertEquals(State.MAPPED, peer.state(), peer::reason);
            }
        }
    }

    @Test
    void containerOfIommufdRefusesWhatTheOthersTake() {
        try (Vfio vfio =
                        Vfio.builder()
                                .host(kernel.host())
                                .option("legacy.container", "/dev/iommu")
                                .open();
                PciDevice one = attach(vfio.addressSpace(), GuestBench.EDU, "legacy");
                PciDevice other = attach(vfio.addressSpace(), GuestBench.OTHER_EDU, "iommufd");
                PeerMapping peer =
                        one.addressSpace().mapPeer(RANGE, other.bar(0), 0, Access.READ)) {
            assertEquals(State.REFUSED, peer.state());
            assertEquals(
                    List.of(State.REFUSED, State.MAPPED),
                    peer.parts().stream().map(PeerMapping.Part::state).toList());
            assertTrue(peer.reason().contains("EFAULT"), peer::reason);
            assertWorks(one);
        }
    }

    @Test
    void rangeBeyondTheIommuIsARefusal() {
        IovaRange high = new IovaRange(-4096, -1);
        try (Vfio vfio = Vfio.on(kernel.host());
                PciDevice one = attach(vfio.addressSpace(), GuestBench.EDU, "legacy");
                PeerMapping peer = one.addressSpace().mapPeer(high, one.bar(0), 0, Access.READ)) {
            assertEquals(State.REFUSED, peer.state());
            assertTrue(peer.reason().contains("does not translate"), peer::reason);
        }
    }

    @Test
    void aRefusalThatPassesIsNotTheLastWord() {
        try (Vfio vfio = Vfio.on(kernel.host());
                PciDevice nvme = attach(vfio.addressSpace(), GuestBench.NVME, "iommufd")) {
            kernel.failNext("IOMMU_IOAS_MAP_FILE", Errno.ENOMEM);
            try (PeerMapping peer =
                    nvme.addressSpace().mapPeer(RANGE, nvme.bar(0), 0, Access.READ)) {
                assertEquals(State.REFUSED, peer.state());
                nvme.reset();
                assertEquals(State.MAPPED, peer.state(), peer::reason);
            }
        }
    }
}
