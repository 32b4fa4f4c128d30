// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.io.IOException;
import org.jvfio.AttachOptions;
import org.jvfio.Descriptor;
import org.jvfio.DescriptorBroker;
import org.jvfio.DmaBuffer;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.testkit.driver.EduDriver;

/**
 * The command that a test starts as another process or user: it attaches a device, maps memory for
 * it, says so in one line, and holds both until its standard input ends.
 *
 * <p>Arguments: the address, the backend or {@code any} or the path of a broker's socket, the bytes
 * to map. A device that a broker hands over does DMA as well. A refusal is the line.
 */
public final class Attacher {
    static final String ATTACHED = "attached through ";

    private static final byte MARK = 0x5a;

    private Attacher() {}

    /** Attaches, tells, waits. */
    public static void main(String[] arguments) throws IOException {
        PciAddress address = PciAddress.of(arguments[0]);
        AttachOptions options = AttachOptions.defaults();
        boolean passed = arguments[1].startsWith("/");
        if (!passed && !arguments[1].equals("any")) {
            options = options.backend(arguments[1]);
        }
        try (Vfio vfio = Vfio.open();
                PciDevice device =
                        vfio.addressSpace()
                                .attach(
                                        address,
                                        passed ? passed(vfio, arguments[1], address) : options)) {
            DmaBuffer buffer = device.addressSpace().allocate(Long.parseLong(arguments[2]));
            if (passed) {
                copyThere(device, buffer);
            }
            System.out.println(ATTACHED + device.backend() + ": " + device.backendReason());
            System.in.read();
        } catch (RuntimeException refused) {
            System.out.println(refused.getMessage());
        }
    }

    /** What the broker at {@code socket} hands over for the device. */
    private static AttachOptions passed(Vfio vfio, String socket, PciAddress address) {
        Descriptor iommu = vfio.receive(socket, DescriptorBroker.IOMMU).borrowed();
        Descriptor cdev = vfio.receive(socket, address.name()).borrowed();
        return AttachOptions.defaults().iommufd(vfio.iommufd(iommu)).descriptor(cdev);
    }

    /** Has the edu fetch bytes and store them elsewhere, which is only seen if DMA works. */
    private static void copyThere(PciDevice device, DmaBuffer buffer) {
        try (EduDriver edu = EduDriver.start(device)) {
            buffer.bytes().put(0, MARK);
            edu.load(buffer.iova(), 1);
            buffer.bytes().put(0, (byte) 0);
            edu.store(buffer.iova(), 1);
            if (buffer.bytes().get(0) != MARK) {
                throw new IllegalStateException("the device did not bring the byte back");
            }
        }
    }
}
