// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.jvfio.device.DeviceReset;
import org.jvfio.device.DeviceReset.Method;
import org.jvfio.device.PciDevice;
import org.jvfio.device.PciResets;
import org.jvfio.testkit.driver.Arrivals;
import org.jvfio.testkit.driver.EduDriver;
import org.jvfio.testkit.driver.NvmeDriver;

/** Resets of every device: which way suits each, and what becomes of those that have none. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class SystemResetContract extends Contract {
    private static final int STATUS = 0x1c;

    private static final String NO_PAIR = "no card of two functions, each in a group of its own";

    /** For extension. */
    protected SystemResetContract() {}

    private static Map<String, Method> methods(List<DeviceReset> resets) {
        return resets.stream().collect(Collectors.toMap(DeviceReset::device, DeviceReset::method));
    }

    @Test
    void functionSaysWhichResetsItHas() {
        assumeTrue(bench().hasPair(), NO_PAIR);
        try (PciDevice edu = attach(bench().edu());
                PciDevice nvme = attach(bench().nvme());
                PciDevice card = attach(bench().pair())) {
            assertEquals(new PciResets(false, false, false), edu.resets());
            assertEquals(new PciResets(true, true, false), nvme.resets());
            assertEquals(new PciResets(true, true, true), card.resets());
            assertTrue(edu.resets().wantsHotReset());
            assertFalse(nvme.resets().wantsHotReset());
            assertFalse(card.resets().wantsHotReset());
        }
    }

    @Test
    void deviceWithoutAResetStopsNoOther() {
        try (PciDevice first = attach(bench().edu());
                EduDriver edu = EduDriver.start(first);
                PciDevice second = attach(bench().nvme())) {
            int status = second.bar(0).getInt(STATUS);
            try (NvmeDriver nvme = drive(second)) {
                edu.challenge(0x1234);
                assertBecomes(~0x1234, edu::liveness);

                List<DeviceReset> resets = vfio().resetAll();

                assertEquals(
                        List.of(first.name(), second.name()),
                        resets.stream().map(DeviceReset::device).toList());
                assertEquals(
                        Map.of(first.name(), Method.NONE, second.name(), Method.OWN),
                        methods(resets));
                assertTrue(
                        resets.get(0).explanation().contains("root bus"),
                        resets.get(0).explanation());
                assertEquals(~0x1234, edu.liveness());
                assertEquals(status, second.bar(0).getInt(STATUS));
            }
        }
    }

    @Test
    void functionsWithGoodResetsAreResetByThemselves() {
        assumeTrue(bench().hasPair(), NO_PAIR);
        try (PciDevice one = attach(bench().pair());
                PciDevice other = attach(bench().otherOfPair())) {
            Arrivals arrivals = new Arrivals();
            other.msix().listen(2, arrivals);

            assertEquals(
                    Map.of(one.name(), Method.OWN, other.name(), Method.OWN),
                    methods(vfio().resetAll()));

            other.msix().trigger(2);
            assertEquals(2, arrivals.next());
        }
    }

    @Test
    void nothingAttachedIsNothingReset() {
        assertEquals(List.of(), vfio().resetAll());
        PciDevice device = attach(bench().nvme());
        device.close();
        assertEquals(List.of(), vfio().resetAll());
        assertThrows(IllegalStateException.class, device::resets);
    }
}
