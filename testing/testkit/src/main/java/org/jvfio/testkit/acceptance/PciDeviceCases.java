// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.Interrupts;
import org.jvfio.device.Mmio;
import org.jvfio.device.PciDevice;
import org.jvfio.device.Region;
import org.jvfio.linux.KernelException;

/** {@code vfio_pci_device_test.c}: PD-1 to PD-3, PI-1 and PI-2. */
abstract class PciDeviceCases extends Acceptance {
    private static final IommuMode MODE = IommuMode.IOMMUFD;
    private static final int BARS = 6;
    private static final int COMMAND = 0x04;
    private static final int BUS_MASTER = 1 << 2;
    private static final int MOST_VECTORS = 16;

    private Vfio vfio;
    private PciDevice nvme;

    @BeforeEach
    final void openDevice() {
        vfio = open(MODE);
        nvme = attach(vfio, MODE, bench().nvme());
    }

    @AfterEach
    final void closeDevice() {
        vfio.close();
    }

    @Test
    @DisplayName("PD-1 config_space_read_write")
    void configSpaceReadWrite() throws KernelException {
        String name = nvme.name();
        assertEquals(CharacterDevices.number(kernel(), name, "vendor"), nvme.config().vendorId());
        assertEquals(CharacterDevices.number(kernel(), name, "device"), nvme.config().deviceId());

        short command = nvme.config().getShort(COMMAND);
        assertEquals(0, command & BUS_MASTER);
        nvme.config().putShort(COMMAND, (short) (command | BUS_MASTER));
        assertEquals(command | BUS_MASTER, nvme.config().getShort(COMMAND));
        nvme.config().putShort(COMMAND, command);
        assertEquals(command, nvme.config().getShort(COMMAND));
    }

    @Test
    @DisplayName("PD-2 validate_bars")
    void validateBars() {
        int mapped = 0;
        for (int index = 0; index < BARS; index++) {
            Region bar = nvme.bar(index);
            if (bar.mappableAreas().isEmpty()) {
                assertThrows(VfioException.class, bar::map);
            } else {
                try (Mmio registers = bar.map()) {
                    assertTrue(registers.size() > 0);
                    assertEquals(bar.size(), registers.size());
                    mapped++;
                }
            }
        }
        assertTrue(mapped > 0, "no BAR could be mapped");
    }

    @Test
    @DisplayName("PD-3 reset")
    void reset() {
        assumeTrue(nvme.resettable(), "the device has no reset");

        nvme.reset();

        assertTrue(nvme.config().vendorId() != 0xffff);
    }

    @Test
    @DisplayName("PI-1 msi enable_trigger_disable")
    void msi() {
        PciDevice edu = attach(vfio, MODE, bench().edu());
        enableTriggerDisable(edu.msi());
    }

    @Test
    @DisplayName("PI-2 msix enable_trigger_disable")
    void msix() {
        enableTriggerDisable(nvme.msix());
    }

    /** Each vector comes once for each time that it is triggered, and not before. */
    private void enableTriggerDisable(Interrupts interrupts) {
        int count = Math.min(interrupts.count(), MOST_VECTORS);
        assumeTrue(count > 0, "the device has no " + interrupts.name());
        List<VectorSignal> signals = new ArrayList<>();
        try {
            for (int vector = 0; vector < count; vector++) {
                signals.add(VectorSignal.of(kernel(), interrupts, vector));
            }
            for (int vector = 0; vector < count; vector++) {
                assertEquals(0, signals.get(vector).count());
                interrupts.trigger(vector);
                assertEquals(1, signals.get(vector).await());
            }
            interrupts.disable();
            assertEquals(List.of(), interrupts.enabled());
            signals.forEach(signal -> assertEquals(0, signal.count()));
        } finally {
            signals.forEach(VectorSignal::close);
        }
    }
}
