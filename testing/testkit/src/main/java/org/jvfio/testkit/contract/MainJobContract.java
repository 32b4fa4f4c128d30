// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.AttachOptions;
import org.jvfio.DmaBuffer;
import org.jvfio.VfioException;
import org.jvfio.device.PciConfig;
import org.jvfio.device.PciDevice;
import org.jvfio.spi.NativeMemory;
import org.jvfio.testkit.driver.EduDriver;
import org.jvfio.testkit.driver.NvmeDriver;

/** One device, from attach to close: its registers, its DMA, its interrupts. */
public abstract class MainJobContract extends Contract {
    private static final int MSI = 0x05;
    private static final int COMMAND = 0x04;
    private static final int BUS_MASTER = 0x4;
    private static final int BYTES = EduDriver.BUFFER_BYTES;

    /** For extension. */
    protected MainJobContract() {}

    @Test
    void identityAndCapabilitiesAreRead() {
        try (PciDevice device = attach(bench().edu())) {
            PciConfig config = device.config();

            assertEquals(EduDriver.VENDOR_ID, config.vendorId());
            assertEquals(EduDriver.DEVICE_ID, config.deviceId());
            assertTrue(config.capability(MSI).isPresent(), "MSI capability");
            assertEquals(bench().edu().name(), device.name());
        }
    }

    @Test
    void deviceSaysThroughWhichBackendItCameAndWhy() {
        try (PciDevice device = attach(bench().edu())) {
            assertEquals(bench().backend(), device.backend());
            assertFalse(device.backendReason().isBlank());
        }
    }

    @Test
    void mappedBarShowsIdentificationAndLiveness() {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = new EduDriver(device)) {
            assertEquals(EduDriver.IDENTIFICATION_1_0, edu.identification());
            edu.challenge(0x1234_5678);
            assertBecomes(~0x1234_5678, edu::liveness);
        }
    }

    @Test
    void deviceCopiesMemoryThereAndBack() {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device);
                DmaBuffer source = space().allocate(BYTES);
                DmaBuffer target = space().allocate(BYTES)) {
            Pattern pattern = Pattern.of(1, BYTES);
            pattern.putInto(source.bytes());

            edu.load(source.iova(), BYTES);
            edu.store(target.iova(), BYTES);

            pattern.assertIn(target.bytes());
        }
    }

    @Test
    void factorialInterruptsWhenItIsDone() {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            assertEquals(3_628_800, edu.factorial(10));
            assertEquals(120, edu.factorial(5));
        }
    }

    @Test
    void unmappedRangeIsGone() {
        NativeMemory memory = memory(BYTES);
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            space().map(onePage(), memory.address(), Access.READ_WRITE);
            Pattern.of(2, BYTES).putInto(memory.window(0));
            edu.load(onePage().first(), BYTES);
            Pattern.only(0, BYTES).putInto(memory.window(0));
            edu.store(onePage().first(), BYTES);
            Pattern.of(2, BYTES).assertIn(memory.window(0));

            assertEquals(onePage().length(), space().unmap(onePage()));
            Pattern.only(0x5a, BYTES).putInto(memory.window(0));
            edu.store(onePage().first(), BYTES);

            Pattern.only(0x5a, BYTES).assertIn(memory.window(0));
        }
    }

    @Test
    void memoryMappedForReadingIsNotWritten() {
        NativeMemory memory = memory(BYTES);
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device);
                DmaBuffer target = space().allocate(BYTES)) {
            Pattern pattern = Pattern.of(3, BYTES);
            pattern.putInto(memory.window(0));
            space().map(onePage(), memory.address(), Access.READ);

            edu.load(onePage().first(), BYTES);
            edu.store(target.iova(), BYTES);
            pattern.assertIn(target.bytes());

            Pattern.of(4, BYTES).putInto(target.bytes());
            edu.load(target.iova(), BYTES);
            edu.store(onePage().first(), BYTES);
            pattern.assertIn(memory.window(0));
        }
    }

    @Test
    void closedDeviceAndBufferLeaveNothing() {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device);
                DmaBuffer buffer = space().allocate(16 * BYTES)) {
            edu.load(buffer.iova(), BYTES);
            Holdings during = bench().holdings();
            assertNotEquals(before().files(), during.files());
            assertNotEquals(before().threads(), during.threads());
        }
        assertEquals(before(), bench().holdings());
    }

    @Test
    void mappedMemoryIsPinnedUntilItIsUnmapped() {
        try (PciDevice device = attach(bench().edu())) {
            // The first mapping may make a table, which counts as pinned.
            device.addressSpace().allocate(BYTES).close();
            long without = bench().holdings().pinnedBytes();
            DmaBuffer buffer = device.addressSpace().allocate(16 * BYTES);
            assertEquals(without + 16 * BYTES, bench().holdings().pinnedBytes());

            buffer.close();
            assertEquals(without, bench().holdings().pinnedBytes());
        }
    }

    @Test
    void deviceWithoutResetSaysSo() {
        try (PciDevice device = attach(bench().edu())) {
            assertFalse(device.resettable());
            VfioException refused = assertThrows(VfioException.class, device::reset);
            assertNames(refused, bench().edu().name(), "reset");
        }
    }

    @Test
    void resetDeviceStartsAnew() {
        try (PciDevice device = attach(bench().nvme())) {
            assertTrue(device.resettable());
            try (NvmeDriver nvme = drive(device)) {
                nvme.identifyController();
                device.reset();
            }
            device.busMaster(true);
            try (NvmeDriver nvme = drive(device)) {
                assertFalse(nvme.identifyController().model().isEmpty());
            }
        }
    }

    @Test
    void nvmeControllerIdentifiesItself() {
        try (PciDevice device = attach(bench().nvme());
                NvmeDriver nvme = drive(device)) {
            NvmeDriver.Identity identity = nvme.identifyController();

            assertEquals("QEMU NVMe Ctrl", identity.model());
            assertEquals("jvfio", identity.serial());
            assertFalse(identity.firmware().isEmpty());
        }
    }

    @Test
    void queueGoesRoundMoreThanOnce() {
        try (PciDevice device = attach(bench().nvme());
                NvmeDriver nvme = drive(device)) {
            NvmeDriver.Identity first = nvme.identifyController();
            for (int i = 0; i < 100; i++) {
                assertEquals(first, nvme.identifyController());
            }
        }
    }

    @Test
    void busMasteringIsOnUnlessItIsTurnedOff() {
        AttachOptions quiet = AttachOptions.defaults().backend(bench().backend()).busMaster(false);
        try (PciDevice device = attach(bench().edu())) {
            assertTrue(isBusMaster(device));
        }
        try (PciDevice device = space().attach(bench().edu(), quiet)) {
            assertFalse(isBusMaster(device));
            device.busMaster(true);
            assertTrue(isBusMaster(device));
            device.busMaster(false);
            assertFalse(isBusMaster(device));
        }
    }

    private static boolean isBusMaster(PciDevice device) {
        return (device.config().getShort(COMMAND) & BUS_MASTER) != 0;
    }
}
