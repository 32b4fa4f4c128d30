// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.util.concurrent.Semaphore;
import org.jvfio.DmaBuffer;
import org.jvfio.Vfio;
import org.jvfio.device.Mmio;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;

/** The example of the README, which {@link ExamplesTest} compares with this. */
final class ReadmeExample {
    private ReadmeExample() {}

    static void copyIntoEdu() throws InterruptedException {
        try (Vfio vfio = Vfio.open();
                PciDevice edu = vfio.addressSpace().attach(PciAddress.of("0000:00:05.0"))) {
            DmaBuffer buffer = edu.addressSpace().allocate(4096); // pinned, mapped, IOVA chosen
            Mmio registers = edu.bar(0).map(); // each access is one load or store
            Semaphore copied = new Semaphore(0);
            edu.msi().listen(0, vector -> copied.release());
            registers.putLong(0x80, buffer.iova()); // from here
            registers.putLong(0x88, 0x40000); // to the device's own buffer
            registers.putLong(0x90, buffer.size());
            registers.putLong(0x98, 0b101); // now, and interrupt when done
            copied.acquire();
        }
    }
}
