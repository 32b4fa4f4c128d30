// SPDX-License-Identifier: Apache-2.0
package org.example.driver;

import org.jvfio.DmaBuffer;
import org.jvfio.Vfio;
import org.jvfio.device.Mmio;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;

/** Drives QEMU's edu on the simulated host: it copies a buffer, and says what the device is. */
public final class Driver {
    private Driver() {}

    public static void main(String[] arguments) {
        try (Vfio vfio = Vfio.builder().host("simulated").open()) {
            System.out.println(identify(vfio));
        }
    }

    static String identify(Vfio vfio) {
        try (PciDevice edu = vfio.addressSpace().attach(PciAddress.of("0000:00:05.0"))) {
            DmaBuffer buffer = edu.addressSpace().allocate(4096);
            Mmio registers = edu.bar(0).map();
            return "edu %08x, %d bytes for it, through %s"
                    .formatted(registers.getInt(0), buffer.size(), edu.backend());
        }
    }
}
