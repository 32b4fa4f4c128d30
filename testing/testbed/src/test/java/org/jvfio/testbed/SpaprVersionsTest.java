// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.jvfio.DmaWindow;
import org.jvfio.DmaWindowSet;
import org.jvfio.IovaRange;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Errno;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernel;
import org.jvfio.testkit.driver.EduDriver;

/** Both versions of POWER's IOMMU, on the simulated kernel. */
final class SpaprVersionsTest {
    private static final PciAddress EDU = PciAddress.of("0000:00:05.0");
    private static final long GIB = 1L << 30;
    private static final int SMALL = 12;

    private final SimKernel kernel = SimHostProvider.machine().spaprTce().withoutEeh().build();

    @AfterEach
    void nothingIsLeft() {
        assertEquals(List.of(), kernel.leftovers());
        assertEquals(0, kernel.pinnedBytes());
        kernel.close();
    }

    private Vfio open(String version) {
        return Vfio.builder().host(kernel.host()).option("spapr.iommu", version).open();
    }

    @Test
    void versionOneHasOneWindowThatCountsAsAWhole() {
        try (Vfio vfio = open("v1");
                PciDevice device = vfio.addressSpace().attach(EDU);
                EduDriver edu = EduDriver.start(device)) {
            DmaWindowSet windows = vfio.addressSpace().windows().orElseThrow();
            IovaRange first = IovaRange.of(0, GIB);
            assertEquals(List.of(new DmaWindow(first, SMALL)), windows.all());
            assertEquals(0, windows.pageSizes());
            assertEquals(GIB, kernel.pinnedBytes());
            assertThrows(IllegalArgumentException.class, () -> windows.create(GIB, SMALL));
            assertEquals(EduDriver.IDENTIFICATION_1_0, edu.identification());
            var buffer = vfio.addressSpace().allocate(EduDriver.BUFFER_BYTES);
            edu.load(buffer.iova(), EduDriver.BUFFER_BYTES);
        }
    }

    @Test
    void limitThatVersionOneExceedsIsNamed() {
        kernel.limitLockedMemory(GIB / 2);
        try (Vfio vfio = open("v1")) {
            String refused =
                    assertThrows(VfioException.class, () -> vfio.addressSpace().attach(EDU))
                            .getMessage();
            assertTrue(refused.contains("VFIO_IOMMU_ENABLE: ENOMEM"), refused);
            assertTrue(refused.contains("RLIMIT_MEMLOCK"), refused);
        }
    }

    @Test
    void unknownVersionIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> open("v3"));
    }

    @Test
    void hostBridgeWithoutErrorHandlingSaysSo() {
        try (Vfio vfio = open("v2");
                PciDevice device = vfio.addressSpace().attach(EDU)) {
            VfioException refused =
                    assertThrows(VfioException.class, () -> device.eeh().orElseThrow().state());
            assertEquals(OptionalInt.of(Errno.ENODEV.number()), refused.errno());
            assertTrue(refused.getMessage().contains("host bridge"), refused.getMessage());
        }
    }

    @Test
    void windowThatTheFirmwareRefusesIsExplained() {
        try (Vfio vfio = open("v2");
                PciDevice device = vfio.addressSpace().attach(EDU)) {
            DmaWindowSet windows = vfio.addressSpace().windows().orElseThrow();
            windows.remove(windows.all().get(0));
            DmaWindow high = windows.create(2 * GIB, SMALL);
            VfioException refused =
                    assertThrows(VfioException.class, () -> windows.create(GIB, SMALL));
            assertEquals(OptionalInt.of(Errno.ENODEV.number()), refused.errno());
            assertTrue(refused.getMessage().contains("booted again"), refused.getMessage());
            assertEquals(List.of(high), windows.all());
            assertFalse(device.eeh().isEmpty());
        }
    }

    @Test
    void otherBackendsSayWhyTheyAreNotUsable() {
        try (Vfio vfio = open("v2")) {
            var legacy =
                    vfio.backends().stream()
                            .filter(status -> status.name().equals("legacy"))
                            .findFirst()
                            .orElseThrow();
            assertFalse(legacy.usable());
            assertTrue(legacy.explanation().contains("the backend is spapr"));
        }
    }
}
