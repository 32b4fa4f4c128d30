// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

/**
 * An open descriptor that a {@link DescriptorBroker} handed over, until it is closed.
 *
 * <pre>{@code
 * try (ReceivedDescriptor iommu = vfio.receive(socket, DescriptorBroker.IOMMU);
 *         ReceivedDescriptor cdev = vfio.receive(socket, "0000:02:00.0");
 *         Iommufd object = vfio.iommufd(iommu.borrowed());
 *         PciDevice device = vfio.addressSpace().attach(address,
 *                 AttachOptions.defaults().iommufd(object).descriptor(cdev.borrowed()))) {
 *     // use the device
 * }
 * }</pre>
 *
 * <p><b>Lifetime.</b> Closed with its {@link Vfio} at the latest.
 */
public interface ReceivedDescriptor extends AutoCloseable {
    /** The descriptor's number, lent: it stays this object's to close. */
    Descriptor borrowed();

    /** Closes the descriptor. Nothing happens if it is closed already. */
    @Override
    void close();
}
