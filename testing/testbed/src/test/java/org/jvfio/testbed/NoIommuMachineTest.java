// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.testkit.SimKernel;
import org.jvfio.testkit.SimKernelBuilder;

/** A device that no IOMMU keeps to the memory it was given is not used, and it is said why. */
class NoIommuMachineTest {
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
                        + " on: jvfio does not use vfio.enable_unsafe_noiommu_mode",
                refused(machine().unsafeNoIommu().build()));
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
