// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.PciDevice;
import org.jvfio.device.Region;
import org.jvfio.testkit.contract.Bench;
import org.jvfio.testkit.contract.NvmeContract;

/** PCI on s390x: an nvme behind the IOMMU of that architecture, through both backends. */
@DisplayName("zPCI")
final class ZpciRun {
    @Test
    void barsAreReachedThroughTheKernelAlone() {
        try (Vfio vfio = Vfio.open();
                PciDevice device = GuestCase.attach(vfio, GuestBench.NVME, GuestBench.IOMMUFD)) {
            Region bar = device.bar(0);

            assertEquals(List.of(), bar.mappableAreas());
            assertThrows(VfioException.class, () -> bar.map(0, 4096));
            assertNotEquals(0, bar.getLong(0));
        }
    }

    @Nested
    @DisplayName("legacy")
    final class Legacy extends NvmeContract {
        @Override
        protected Bench bench() {
            return new GuestBench(GuestBench.LEGACY);
        }
    }

    @Nested
    @DisplayName("iommufd")
    final class Iommufd extends NvmeContract {
        @Override
        protected Bench bench() {
            return new GuestBench(GuestBench.IOMMUFD);
        }
    }
}
