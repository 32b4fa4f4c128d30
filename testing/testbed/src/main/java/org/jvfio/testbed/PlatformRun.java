// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvfio.AttachOptions;
import org.jvfio.Vfio;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.PlatformDevice;
import org.jvfio.testkit.contract.Bench;
import org.jvfio.testkit.contract.PlatformSuites;
import org.jvfio.testkit.driver.Arrivals;
import org.jvfio.testkit.driver.Pl031Driver;

/** Platform devices behind the guest's SMMU, and what only the real ones show. */
@DisplayName("platform")
@SuppressWarnings("try") // some resources are there only to be closed
final class PlatformRun {
    private static final int SOON = 5_000;

    /** Through containers and groups. */
    @Nested
    @DisplayName("legacy")
    final class Legacy extends PlatformSuites {
        @Override
        protected Bench bench() {
            return new GuestBench(GuestBench.LEGACY);
        }
    }

    /** Through the devices' own files. */
    @Nested
    @DisplayName("iommufd")
    final class Iommufd extends PlatformSuites {
        @Override
        protected Bench bench() {
            return new GuestBench(GuestBench.IOMMUFD);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {GuestBench.LEGACY, GuestBench.IOMMUFD})
    void alarmComesWhenItsTimeComes(String backend) {
        try (Vfio vfio = Vfio.open();
                PlatformDevice device =
                        vfio.addressSpace()
                                .attach(
                                        PlatformSuites.CLOCK,
                                        AttachOptions.defaults().backend(backend));
                Pl031Driver driver = new Pl031Driver(device.region("registers"))) {
            Arrivals calls = new Arrivals();
            device.interrupts("alarm")
                    .listen(
                            0,
                            vector -> {
                                calls.add(driver.time());
                                driver.clear();
                            });
            // Not at an alarm: neither the first, which is 0, nor one that was left from before.
            driver.time(SOON / 2);
            driver.alarmAt(SOON);
            driver.time(SOON - 1);

            int time = calls.next();
            assertTrue(time >= SOON, () -> "the alarm came at " + time);
        }
    }

    /** Devices that VFIO does not have. */
    @Nested
    @DisplayName("discovery")
    final class Discovery {
        @Test
        void deviceWithoutIommuSaysWhatIsMissing() {
            try (Vfio vfio = Vfio.open()) {
                DeviceNode node = vfio.device("9020000.fw-cfg");

                assertEquals("qemu,fw-cfg-mmio", node.description());
                assertEquals(2, node.obstacles().size());
                assertTrue(node.obstacles().get(0).contains("bound to no driver"), node::toString);
                assertTrue(node.obstacles().get(1).contains("no IOMMU group"), node::toString);
                assertFalse(vfio.devices().contains(node));
            }
        }

        @Test
        void deviceOfTheAmbaBusIsOfThisBus() {
            try (Vfio vfio = Vfio.open()) {
                DeviceNode node = vfio.device("/sys/bus/amba/devices/9000000.pl011");

                assertEquals("platform", node.bus());
                assertEquals("arm,pl011, arm,primecell", node.description());
                assertTrue(node.obstacles().get(0).contains("uart-pl011"), node::toString);
                assertTrue(node.obstacles().get(0).contains("vfio-amba"), node::toString);
            }
        }
    }
}
