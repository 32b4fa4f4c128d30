// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.jvfio.ProviderStatus;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.PciDevice;

/** Nodes in {@code /dev} that are missing, or are somebody else's. */
@DisplayName("missing nodes")
@SuppressWarnings("try") // a node is away for as long as the resource is open
final class MissingNodesRun extends GuestCase {
    private static final String IOMMU = "/dev/iommu";
    private static final String CONTAINER = "/dev/vfio/vfio";

    @Test
    void withoutDevIommuTheKernelOptionIsNamedAndLegacyIsTaken() throws IOException {
        try (Renamed iommu = Renamed.away(IOMMU);
                Vfio vfio = Vfio.open()) {
            ProviderStatus status = status(vfio, GuestBench.IOMMUFD);
            assertFalse(status.usable());
            assertNames(status.explanation(), IOMMU, "missing", "CONFIG_IOMMUFD");
            assertRefused(vfio, GuestBench.IOMMUFD, IOMMU, "CONFIG_IOMMUFD");
            assertNames(assertThrows(VfioException.class, vfio::openIommufd).getMessage(), IOMMU);
            assertFallsBack(vfio, GuestBench.LEGACY, IOMMU);
        }
    }

    @Test
    void withoutTheContainerTheKernelOptionIsNamedAndIommufdIsTaken() throws IOException {
        try (Renamed container = Renamed.away(CONTAINER);
                Vfio vfio = Vfio.open()) {
            assertFalse(status(vfio, GuestBench.LEGACY).usable());
            assertRefused(vfio, GuestBench.LEGACY, CONTAINER, "CONFIG_VFIO_CONTAINER");
            try (PciDevice device = vfio.addressSpace().attach(GuestBench.EDU)) {
                assertEquals(GuestBench.IOMMUFD, device.backend());
            }
        }
    }

    @Test
    void withoutItsCharacterDeviceADeviceSaysWhatMakesOneAndGoesThroughLegacy() throws IOException {
        try (Renamed cdev = Renamed.away(node(GuestBench.EDU).cdev().orElseThrow());
                Vfio vfio = Vfio.open()) {
            assertRefused(vfio, GuestBench.IOMMUFD, "/dev/vfio/devices", "CONFIG_VFIO_DEVICE_CDEV");
            assertFallsBack(vfio, GuestBench.LEGACY, "/dev/vfio/devices");
        }
    }

    @Test
    void withoutItsGroupNodeADeviceSaysWhatMakesOne() throws IOException {
        String group = groupNode(GuestBench.EDU);
        try (Renamed node = Renamed.away(group);
                Vfio vfio = Vfio.open()) {
            assertRefused(vfio, GuestBench.LEGACY, group, "CONFIG_VFIO_GROUP");
        }
    }

    @Test
    void characterDeviceOfAnotherDeviceIsNotTaken() throws IOException {
        String cdev = node(GuestBench.EDU).cdev().orElseThrow();
        String other = node(GuestBench.OTHER_EDU).cdev().orElseThrow();
        try (Renamed own = Renamed.away(cdev);
                Vfio vfio = Vfio.open()) {
            Files.createLink(Path.of(cdev), Path.of(other));
            assertRefused(vfio, GuestBench.IOMMUFD, cdev, GuestBench.EDU.name(), "anew");
        }
    }

    private static ProviderStatus status(Vfio vfio, String backend) {
        return vfio.backends().stream()
                .filter(status -> status.name().equals(backend))
                .findFirst()
                .orElseThrow();
    }

    private static void assertRefused(Vfio vfio, String backend, String... words) {
        VfioException refused = assertThrows(VfioException.class, () -> attach(vfio, backend));
        assertNames(refused.getMessage(), GuestBench.EDU.name());
        assertNames(refused.getMessage(), words);
    }

    private static void assertFallsBack(Vfio vfio, String backend, String why) {
        try (PciDevice device = vfio.addressSpace().attach(GuestBench.EDU)) {
            assertEquals(backend, device.backend());
            assertNames(device.backendReason(), "not iommufd", why);
        }
    }
}
