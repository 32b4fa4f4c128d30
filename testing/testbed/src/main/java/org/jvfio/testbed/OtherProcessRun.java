// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.PciDevice;
import org.jvfio.testkit.driver.EduDriver;

/** A device that another process holds. */
@DisplayName("other process")
final class OtherProcessRun extends GuestCase {
    @ParameterizedTest
    @ValueSource(strings = {GuestBench.LEGACY, GuestBench.IOMMUFD})
    void deviceIsRefusedWhileAnotherProcessHasIt(String theirs) throws IOException {
        try (Vfio vfio = Vfio.open()) {
            try (ChildProcess child = ChildProcess.start(GuestBench.EDU, theirs)) {
                assertNames(child.line(), Attacher.ATTACHED + theirs);
                assertRefused(vfio, GuestBench.LEGACY);
                assertRefused(vfio, GuestBench.IOMMUFD);
            }
            try (PciDevice device = attach(vfio, theirs)) {
                assertEquals(EduDriver.VENDOR_ID, device.config().vendorId());
            }
        }
    }

    private static void assertRefused(Vfio vfio, String mine) {
        VfioException refused = assertThrows(VfioException.class, () -> attach(vfio, mine));

        assertNames(refused.getMessage(), GuestBench.EDU.name());
        assertTrue(refused.errno().isPresent(), refused::getMessage);
    }
}
