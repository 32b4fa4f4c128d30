// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.jvfio.DmaBuffer;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Errno;
import org.jvfio.testkit.SimKernel;
import org.jvfio.testkit.driver.EduDriver;

/** The example of the guide to testing without hardware. */
class GuestMemoryTest {
    @Test
    void deviceReachesWhatIsMappedAndNothingBeside() {
        SimKernel kernel = SimKernel.builder().edu("0000:00:05.0").build();
        try (Vfio vfio = Vfio.on(kernel.host());
                PciDevice edu = vfio.addressSpace().attach(PciAddress.of("0000:00:05.0"));
                EduDriver driver = EduDriver.start(edu)) {
            DmaBuffer memory = vfio.addressSpace().allocate(4096);
            memory.bytes().put(0, (byte) 42);
            driver.load(memory.iova(), 4096); // the device reads: real bytes, really translated
            memory.bytes().put(0, (byte) 0);
            driver.store(memory.iova(), 4096); // and writes
            assertEquals(42, memory.bytes().get(0));

            driver.store(0x4000_0000, 4096); // nothing is mapped there
            assertEquals("0000:00:05.0", kernel.faults().get(0).device());

            kernel.failNext("IOMMU_IOAS_MAP", Errno.ENOMEM); // what if the kernel says no?
            assertThrows(VfioException.class, () -> vfio.addressSpace().allocate(4096));
        }
        kernel.assertNothingLeft(); // no descriptor, mapping, pinned page or mapped BAR
    }
}
