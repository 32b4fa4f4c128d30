// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.jvfio.AttachOptions;
import org.jvfio.ProviderSet;
import org.jvfio.ProviderStatus;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernel;

/** A session is told how a backend is to use the host. */
class BackendOptionsTest {
    private final SimKernel kernel = SimHostProvider.machine().build();

    @AfterEach
    void nothingIsLeft() {
        kernel.assertNothingLeft();
    }

    private Vfio.Builder builder() {
        return Vfio.builder().host(kernel.host());
    }

    private static ProviderStatus legacy(Vfio vfio) {
        return vfio.backends().stream()
                .filter(status -> status.name().equals("legacy"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void optionThatNoBackendHasIsRefusedWithTheOnesThereAre() {
        var refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> builder().option("legacy.colour", "blue").open());

        assertEquals(
                "legacy.colour: no backend here has such an option; there are"
                        + " [legacy.container, legacy.iommu, spapr.iommu]",
                refused.getMessage());
    }

    @Test
    void valueThatAnOptionCannotHaveIsRefusedWithThoseItCan() {
        var refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> builder().option("legacy.iommu", "type3").open());

        assertEquals("legacy.iommu=type3: it can be type1v2 or type1", refused.getMessage());
    }

    @Test
    void sessionKeepsTheOptionsThatItWasOpenedWith() {
        Vfio.Builder builder = builder().option("legacy.container", "/dev/vfio/other");
        try (Vfio vfio = builder.open()) {
            builder.option("legacy.container", "/dev/vfio/vfio");

            assertTrue(
                    vfio.backends().stream()
                            .anyMatch(status -> status.explanation().contains("/dev/vfio/other")));
        }
    }

    @Test
    void containerThatIsNotThereMakesTheBackendUnusableAndNamesIt() {
        try (Vfio vfio = builder().option("legacy.container", "/dev/vfio/other").open()) {
            ProviderStatus legacy = legacy(vfio);

            assertFalse(legacy.usable());
            assertTrue(legacy.explanation().startsWith("/dev/vfio/other is missing"));
            var refused =
                    assertThrows(
                            VfioException.class,
                            () ->
                                    vfio.addressSpace()
                                            .attach(
                                                    GuestBench.EDU,
                                                    AttachOptions.defaults().backend("legacy")));
            assertTrue(refused.getMessage().contains("/dev/vfio/other is missing"));
        }
    }

    @Test
    void optionForABackendThatComesLaterIsKeptForIt() {
        ProviderSet set = ProviderSet.create();
        try (Vfio vfio =
                builder().providers(set).option("legacy.container", "/dev/vfio/other").open()) {
            set.add(Discovered.backend("legacy"));

            assertTrue(legacy(vfio).explanation().startsWith("/dev/vfio/other is missing"));
        }
    }

    @Test
    void backendThatComesLaterAndLacksAnOptionCannotBeUsed() {
        ProviderSet set = ProviderSet.create();
        try (Vfio vfio = builder().providers(set).option("legacy.colour", "blue").open()) {
            set.add(Discovered.backend("legacy"));
            set.add(Discovered.backend("iommufd"));
            set.add(Discovered.bus("pci"));

            assertFalse(legacy(vfio).usable());
            assertEquals(
                    "legacy.colour: it has no such option; there are"
                            + " [legacy.container, legacy.iommu]",
                    legacy(vfio).explanation());
            assertEquals("iommufd", vfio.addressSpace().attach(GuestBench.EDU).backend());
        }
    }

    @Test
    void backendThatComesLaterAndLacksAnOptionsValueCannotBeUsed() {
        ProviderSet set = ProviderSet.create();
        try (Vfio vfio = builder().providers(set).option("legacy.iommu", "type3").open()) {
            set.add(Discovered.backend("legacy"));

            assertFalse(legacy(vfio).usable());
            assertEquals(
                    "legacy.iommu=type3: it can be type1v2 or type1", legacy(vfio).explanation());
        }
    }

    @Test
    void optionThatABackendOfTheSetLacksIsRefusedAtOnce() {
        ProviderSet set = ProviderSet.create();
        set.add(Discovered.backend("legacy"));

        assertThrows(
                IllegalArgumentException.class,
                () -> builder().providers(set).option("legacy.colour", "blue").open());
        assertThrows(
                IllegalArgumentException.class,
                () -> builder().providers(set).option("legacy.iommu", "type3").open());
    }
}
