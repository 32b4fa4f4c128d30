// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import java.util.List;
import org.jvfio.device.PciAddress;

/**
 * What a backend can do for a device on a PCI bus: reset the bus, with everything on it.
 *
 * <p>The kernel wants to see that all functions which go down are the caller's. What counts for
 * that is the backend's: descriptors of groups, or ids in an iommufd.
 *
 * <p><b>Failure.</b> {@link org.jvfio.VfioException} when the kernel refuses. <b>Threads.</b> The
 * SDK makes one call at a time on one session.
 */
public interface HotReset {
    /**
     * A function that goes down.
     *
     * @param address where it is
     * @param owned whether the backend can show the kernel that it is ours: itself, or through its
     *     IOMMU group
     */
    record Affected(PciAddress address, boolean owned) {}

    /**
     * The functions that go down, the device itself among them; none if no such reset reaches it.
     * Changes nothing.
     */
    List<Affected> affected();

    /** Resets them. All are owned. */
    void reset();
}
