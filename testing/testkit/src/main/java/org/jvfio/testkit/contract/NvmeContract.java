// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.DmaBuffer;
import org.jvfio.IovaRange;
import org.jvfio.VfioException;
import org.jvfio.device.PciDevice;
import org.jvfio.testkit.driver.Arrivals;
import org.jvfio.testkit.driver.NvmeDriver;

/** What a PCI device does on a machine that has no other than an {@code nvme}. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class NvmeContract extends Contract {
    private static final int BYTES = 1 << 16;
    private static final int VECTORS = 65;

    /** For extension. */
    protected NvmeContract() {}

    @Test
    void controllerSaysByDmaWhoItIs() {
        try (PciDevice device = attach(bench().nvme());
                NvmeDriver nvme = drive(device)) {
            NvmeDriver.Identity identity = nvme.identifyController();

            assertEquals("QEMU NVMe Ctrl", identity.model());
            assertEquals("jvfio", identity.serial());
        }
    }

    @Test
    void buffersLieWhereTheIommuTranslates() {
        try (PciDevice device = attach(bench().nvme());
                DmaBuffer buffer = space().allocate(BYTES)) {
            IovaRange range = IovaRange.of(buffer.iova(), BYTES);
            List<IovaRange> apertures = space().apertures();
            assertTrue(
                    apertures.stream().anyMatch(aperture -> aperture.contains(range)),
                    () -> range + " in none of " + apertures);
        }
    }

    @Test
    void eachVectorThatIsListenedToComes() {
        try (PciDevice device = attach(bench().nvme())) {
            Arrivals arrivals = new Arrivals();
            assertEquals(VECTORS, device.msix().count());
            for (int vector : List.of(0, 7, 64)) {
                device.msix().listen(vector, arrivals);
                device.msix().trigger(vector);
                assertEquals(vector, arrivals.next());
            }
        }
    }

    @Test
    void resetControllerStartsAnew() {
        try (PciDevice device = attach(bench().nvme())) {
            for (int round = 0; round < 3; round++) {
                try (NvmeDriver nvme = drive(device)) {
                    assertFalse(nvme.identifyController().firmware().isEmpty());
                }
                device.reset();
            }
        }
    }

    @Test
    void mappingOutsideTheAperturesIsRefusedAndTheDeviceWorksOn() {
        try (PciDevice device = attach(bench().nvme());
                NvmeDriver nvme = drive(device)) {
            IovaRange outside = IovaRange.of(-BYTES, BYTES);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> space().map(outside, memory(BYTES).address(), Access.READ_WRITE));
            assertEquals("jvfio", nvme.identifyController().serial());
        }
    }

    @Test
    void deviceIsOneSessionsAtATime() {
        try (PciDevice device = attach(bench().nvme());
                var other = bench().open()) {
            VfioException refused =
                    assertThrows(
                            VfioException.class,
                            () -> attach(other.addressSpace(), bench().nvme()));
            assertNames(refused, bench().nvme().name());
        }
    }
}
