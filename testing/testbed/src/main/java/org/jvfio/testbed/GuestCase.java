// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.jvfio.AttachOptions;
import org.jvfio.Vfio;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.testkit.contract.Holdings;

/** What the tests that need a guest share. */
@Timeout(180)
abstract class GuestCase {
    private Holdings before = new Holdings(List.of(), 0, List.of());

    @BeforeEach
    final void lookAtWhatIsHeld() {
        before = Holdings.ofThisProcess();
    }

    @AfterEach
    final void nothingIsLeft() {
        assertEquals(before, Holdings.ofThisProcess());
    }

    static AttachOptions through(String backend) {
        return AttachOptions.defaults().backend(backend);
    }

    static PciDevice attach(Vfio vfio, String backend) {
        return attach(vfio, GuestBench.EDU, backend);
    }

    static PciDevice attach(Vfio vfio, PciAddress address, String backend) {
        return vfio.addressSpace().attach(address, through(backend));
    }

    static DeviceNode node(PciAddress address) {
        try (Vfio vfio = Vfio.open()) {
            return vfio.device(address.name());
        }
    }

    static String groupNode(PciAddress address) {
        return "/dev/vfio/" + node(address).group().getAsInt();
    }

    static void assertNames(@Nullable String said, String... words) {
        String message = String.valueOf(said);
        for (String word : words) {
            assertTrue(message.contains(word), () -> "no \"" + word + "\" in \"" + message + "\"");
        }
    }
}
