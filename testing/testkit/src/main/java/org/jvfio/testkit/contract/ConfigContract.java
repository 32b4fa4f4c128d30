// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.jvfio.device.PciCapability;
import org.jvfio.device.PciConfig;
import org.jvfio.device.PciDevice;
import org.jvfio.testkit.driver.EduDriver;

/** Configuration space: typed access and the two chains of capabilities. */
public abstract class ConfigContract extends Contract {
    private static final int CONFIG_REGION = 7;
    private static final int CONVENTIONAL_BYTES = 0x100;
    private static final int EXPRESS_BYTES = 0x1000;
    private static final int EXPRESS = 0x10;
    private static final int MSIX = 0x11;
    private static final int NVME_CLASS = 0x010802;
    private static final int CACHE_LINE_SIZE = 0x0c;

    /** For extension. */
    protected ConfigContract() {}

    @Test
    void widthsShowTheSameBytesInLittleEndianOrder() {
        try (PciDevice device = attach(bench().edu())) {
            PciConfig config = device.config();

            assertEquals(EduDriver.DEVICE_ID << 16 | EduDriver.VENDOR_ID, config.getInt(0));
            assertEquals(EduDriver.VENDOR_ID, config.getShort(0));
            assertEquals(EduDriver.VENDOR_ID & 0xff, config.getByte(0));
            assertEquals(config.getInt(0), (int) config.getLong(0));
            assertEquals(config.getInt(4), (int) (config.getLong(0) >>> 32));
        }
    }

    @Test
    void namedFieldsAreThoseOfTheHeader() {
        try (PciDevice device = attach(bench().nvme())) {
            PciConfig config = device.config();

            assertEquals(NVME_CLASS, config.classCode());
            assertEquals(config.getByte(8), config.revision());
            assertEquals(config.getShort(0x2c) & 0xffff, config.subsystemVendorId());
            assertEquals(config.getShort(0x2e) & 0xffff, config.subsystemId());
        }
    }

    @Test
    void whatIsWrittenIsReadBack() {
        try (PciDevice device = attach(bench().edu())) {
            PciConfig config = device.config();
            byte before = config.getByte(CACHE_LINE_SIZE);

            config.putByte(CACHE_LINE_SIZE, (byte) 0x10);
            assertEquals(0x10, config.getByte(CACHE_LINE_SIZE));

            config.putByte(CACHE_LINE_SIZE, before);
            assertEquals(before, config.getByte(CACHE_LINE_SIZE));
        }
    }

    @Test
    void configurationIsARegionToo() {
        try (PciDevice device = attach(bench().edu())) {
            ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
            device.region(CONFIG_REGION).read(0, bytes);

            assertEquals(device.config().getInt(0), bytes.getInt(0));
            assertEquals(device.config().getInt(8), bytes.getInt(8));
        }
    }

    @Test
    void sizeTellsConventionalFromExpress() {
        try (PciDevice conventional = attach(bench().edu());
                PciDevice express = attach(bench().nvme())) {
            assertEquals(CONVENTIONAL_BYTES, conventional.config().size());
            assertEquals(EXPRESS_BYTES, express.config().size());
        }
    }

    @Test
    void nvmeHasExpressAndMsixCapabilities() {
        try (PciDevice device = attach(bench().nvme())) {
            PciConfig config = device.config();
            PciCapability msix = config.capability(MSIX).orElseThrow();

            assertTrue(config.capability(EXPRESS).isPresent(), "PCI Express capability");
            assertEquals(MSIX, config.getByte(msix.offset()));
            assertEquals(device.msix().count() - 1, config.getShort(msix.offset() + 2) & 0x7ff);
            assertFalse(msix.extended());
            assertEquals(0, msix.version());
        }
    }

    @Test
    void extendedCapabilitiesFollowTheStandardOnes() {
        try (PciDevice device = attach(bench().nvme())) {
            List<PciCapability> all = device.config().capabilities();
            List<PciCapability> extended = all.stream().filter(PciCapability::extended).toList();

            assertEquals(extended, all.subList(all.size() - extended.size(), all.size()));
            for (PciCapability capability : extended) {
                assertTrue(capability.offset() >= CONVENTIONAL_BYTES);
                assertEquals(
                        capability.id(), device.config().getShort(capability.offset()) & 0xffff);
            }
        }
    }

    @Test
    void eachCapabilityIsListedOnce() {
        try (PciDevice edu = attach(bench().edu());
                PciDevice nvme = attach(bench().nvme())) {
            for (PciDevice device : List.of(edu, nvme)) {
                Set<Integer> offsets = new HashSet<>();
                for (PciCapability capability : device.config().capabilities()) {
                    assertTrue(offsets.add(capability.offset()), capability::toString);
                }
            }
        }
    }

    @Test
    void capabilityThatIsNotThereIsEmpty() {
        try (PciDevice device = attach(bench().edu())) {
            assertTrue(device.config().capability(MSIX).isEmpty());
            assertTrue(device.config().extendedCapability(EXPRESS).isEmpty());
        }
    }

    @Test
    void accessBeyondTheEndOrMisalignedIsRefused() {
        try (PciDevice device = attach(bench().edu())) {
            PciConfig config = device.config();

            assertNames(
                    assertThrows(
                            IndexOutOfBoundsException.class,
                            () -> config.getInt(CONVENTIONAL_BYTES)),
                    bench().edu().name(),
                    "0x100");
            assertThrows(IndexOutOfBoundsException.class, () -> config.getByte(-1));
            assertThrows(IllegalArgumentException.class, () -> config.getShort(1));
            assertThrows(IllegalArgumentException.class, () -> config.putInt(2, 0));
        }
    }

    @Test
    void closedDeviceHasNoConfiguration() {
        PciDevice device = attach(bench().edu());
        PciConfig config = device.config();
        device.close();

        assertThrows(IllegalStateException.class, () -> config.getInt(0));
        assertThrows(IllegalStateException.class, () -> config.putByte(CACHE_LINE_SIZE, (byte) 0));
        assertThrows(IllegalStateException.class, config::capabilities);
    }
}
