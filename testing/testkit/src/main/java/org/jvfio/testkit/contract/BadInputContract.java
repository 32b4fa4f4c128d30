// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.Descriptor;
import org.jvfio.ProviderStatus;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;

/** Devices that cannot be had: what each refusal says, and that it leaves nothing. */
public abstract class BadInputContract extends Contract {
    private static final PciAddress NOWHERE = PciAddress.of("0000:fe:1f.7");

    private static final String USUAL_DOMAIN = "0000:";

    /** For extension. */
    protected BadInputContract() {}

    @AfterEach
    final void refusalLeavesNothing() {
        space().devices().forEach(device -> device.close());
        assertEquals(before(), bench().holdings());
    }

    @Test
    void deviceThatIsNotThereIsNamed() {
        VfioException refused = assertThrows(VfioException.class, () -> attach(NOWHERE));

        assertNames(refused, NOWHERE.name(), "no such pci device");
        assertThrows(VfioException.class, () -> vfio().device(NOWHERE.name()));
    }

    @Test
    void whatIsNoAddressIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> PciAddress.of("nonsense"));
        assertThrows(IllegalArgumentException.class, () -> PciAddress.of("00:20.0"));
        assertNames(
                assertThrows(IllegalArgumentException.class, () -> vfio().device("nonsense")),
                "nonsense",
                "pci");
    }

    @Test
    void deviceWithoutDriverSaysWhichToBind() {
        VfioException refused =
                assertThrows(VfioException.class, () -> attach(bench().driverless()));

        assertNames(refused, bench().driverless().name(), "vfio-pci");
        assertObstacle(bench().driverless(), "vfio-pci");
    }

    @Test
    void deviceOfAnotherDriverNamesIt() {
        VfioException refused = assertThrows(VfioException.class, () -> attach(bench().foreign()));

        String driver = vfio().device(bench().foreign().name()).driver().orElseThrow();
        assertNames(refused, bench().foreign().name(), driver, "vfio-pci");
        assertObstacle(bench().foreign(), driver, "vfio-pci");
    }

    @Test
    void groupThatIsNotViableNamesTheMemberAndItsDriver() {
        VfioException refused = assertThrows(VfioException.class, () -> attach(bench().unviable()));

        String driver = vfio().device(bench().foreign().name()).driver().orElseThrow();
        assertNames(
                refused,
                bench().unviable().name(),
                "viable",
                bench().foreign().name() + " is bound to " + driver,
                "vfio-pci");
        assertObstacle(bench().unviable(), bench().foreign().name(), driver);
    }

    @Test
    void usableDeviceHasNoObstacles() {
        for (PciAddress address : List.of(bench().edu(), bench().otherEdu(), bench().nvme())) {
            DeviceNode node = vfio().device(address.name());
            assertEquals(List.of(), node.obstacles());
            assertEquals("vfio-pci", node.driver().orElseThrow());
            assertTrue(node.group().isPresent(), "group");
            assertTrue(vfio().devices().contains(node), "listed");
        }
    }

    @Test
    void deviceIsFoundByShortNameAndPath() {
        DeviceNode node = vfio().device(bench().edu().name());

        assertEquals(node, vfio().device(node.path()));
        if (node.name().startsWith(USUAL_DOMAIN)) {
            assertEquals(node, vfio().device(node.name().substring(USUAL_DOMAIN.length())));
        }
    }

    @Test
    void backendThatIsNotThereNamesThoseThatAre() {
        AttachOptions unknown = AttachOptions.defaults().backend("teleport");

        VfioException refused =
                assertThrows(VfioException.class, () -> space().attach(bench().edu(), unknown));

        assertNames(refused, bench().edu().name(), "teleport", bench().backend());
    }

    @Test
    void attachedDeviceIsNotAttachedAgain() {
        AddressSpace otherSpace = vfio().newAddressSpace();
        try (PciDevice device = attach(bench().edu())) {
            for (AddressSpace space : List.of(space(), otherSpace)) {
                IllegalStateException refused =
                        assertThrows(
                                IllegalStateException.class, () -> attach(space, bench().edu()));
                assertNames(refused, bench().edu().name(), "attached already");
            }
            assertEquals(List.of(device), space().devices());
        }
    }

    @Test
    void deviceOfAnotherSessionIsBusy() {
        try (Vfio other = bench().open();
                PciDevice device = attach(bench().edu())) {
            VfioException refused =
                    assertThrows(
                            VfioException.class, () -> attach(other.addressSpace(), bench().edu()));

            assertNames(refused, device.name());
            assertTrue(refused.errno().isPresent(), refused::getMessage);
        }
    }

    @Test
    void deviceOfAnotherSessionsOtherBackendIsBusy() {
        String backend = bench().otherBackend().orElse(bench().backend());
        try (Vfio other = bench().open();
                PciDevice device = attach(bench().edu())) {
            VfioException refused =
                    assertThrows(
                            VfioException.class,
                            () ->
                                    other.addressSpace()
                                            .attach(
                                                    bench().edu(),
                                                    AttachOptions.defaults().backend(backend)));

            assertNames(refused, device.name(), "in use");
        }
    }

    @Test
    void descriptorOfSomethingElseIsNoIommufd() {
        RuntimeException refused =
                assertThrows(VfioException.class, () -> vfio().iommufd(Descriptor.borrowed(0)));

        if (status("iommufd").present()) {
            assertNames(refused, "descriptor 0", "/dev/iommu");
        } else {
            assertNames(refused, "no backend here", "iommufd: " + status("iommufd").explanation());
        }
        assertThrows(IllegalArgumentException.class, () -> Descriptor.borrowed(-1));
    }

    private ProviderStatus status(String backend) {
        return vfio().backends().stream()
                .filter(status -> status.name().equals(backend))
                .findFirst()
                .orElseThrow();
    }

    private void assertObstacle(PciAddress address, String... words) {
        DeviceNode node = vfio().device(address.name());
        assertNames(new VfioException("", "", String.join("; ", node.obstacles())), words);
    }
}
