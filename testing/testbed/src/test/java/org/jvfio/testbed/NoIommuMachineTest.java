// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.jvfio.AttachOptions;
import org.jvfio.Descriptor;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.linux.Fcntl;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernel;
import org.jvfio.testkit.SimKernelBuilder;
import org.jvfio.testkit.contract.Bench;
import org.jvfio.testkit.contract.NoIommuContract;
import org.jvfio.testkit.contract.SimBench;

/** A device that no IOMMU keeps to the memory it was given is not used, and it is said why. */
class NoIommuMachineTest {
    private final SimBench unprotected =
            new SimBench(
                    "legacy",
                    Optional.of("iommufd"),
                    SimHostProvider.machine().withoutIommu().unsafeNoIommu());

    @AfterEach
    void closeMachine() {
        unprotected.close();
    }

    private static SimKernelBuilder machine() {
        return SimKernel.builder().edu(GuestBench.EDU.name()).withoutIommu();
    }

    @Test
    void withoutAnIommuThereIsNoGroupAndTheAdviceIsToTurnItOn() {
        String obstacle = refused(machine().build());

        assertTrue(obstacle.contains("it is in no IOMMU group; turn the IOMMU on"), obstacle);
    }

    @Test
    void groupOfTheUnsafeModeIsNotUsed() {
        assertEquals(
                "no IOMMU stands behind its group 0, so it could reach all memory; turn the IOMMU"
                        + " on, or accept that: AttachOptions.unsafeNoIommu",
                refused(machine().unsafeNoIommu().build()));
    }

    @Test
    void unsafeModeThatTheKernelIsNotInIsNamed() {
        SimKernel kernel = machine().build();
        try (Vfio vfio = Vfio.on(kernel.host())) {
            AttachOptions unsafe = AttachOptions.defaults().unsafeNoIommu();
            VfioException refused =
                    assertThrows(
                            VfioException.class,
                            () -> vfio.addressSpace().attach(GuestBench.EDU, unsafe));
            assertTrue(
                    String.valueOf(refused.getMessage())
                            .contains("set vfio.enable_unsafe_noiommu_mode=1"),
                    refused.getMessage());
        } finally {
            kernel.assertNothingLeft();
        }
    }

    @Test
    void deviceOfTheUnsafeModeIsNotTakenByAPassedDescriptorEither() {
        SimKernel kernel = machine().unsafeNoIommu().build();
        int cdev = kernel.open("/dev/vfio/devices/noiommu-vfio0", Fcntl.O_RDWR);
        try (Vfio vfio = Vfio.on(kernel.host())) {
            AttachOptions passed = AttachOptions.defaults().descriptor(Descriptor.borrowed(cdev));
            VfioException refused =
                    assertThrows(
                            VfioException.class,
                            () -> vfio.addressSpace().attach(GuestBench.EDU, passed));
            assertTrue(
                    String.valueOf(refused.getMessage()).contains("no IOMMU stands behind it"),
                    refused.getMessage());
        } finally {
            assertEquals(0, kernel.close(cdev));
            kernel.assertNothingLeft();
        }
    }

    /** What who accepts the unsafe mode can do in it. */
    @Nested
    final class Unsafely extends NoIommuContract {
        private final SimBench bench = unprotected;

        @Override
        protected Bench bench() {
            return bench;
        }
    }

    /** What the device's obstacles are, which an attach refuses with, too. */
    private static String refused(SimKernel kernel) {
        try (Vfio vfio = Vfio.on(kernel.host())) {
            List<DeviceNode> devices = vfio.devices();
            String obstacles = String.join("; ", devices.get(0).obstacles());
            VfioException refused =
                    assertThrows(
                            VfioException.class, () -> vfio.addressSpace().attach(GuestBench.EDU));
            assertTrue(String.valueOf(refused.getMessage()).endsWith(obstacles));
            return obstacles;
        } finally {
            kernel.assertNothingLeft();
        }
    }
}
