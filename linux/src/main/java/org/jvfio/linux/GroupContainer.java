// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import org.jvfio.spi.VFIOIOMMUOps;

/** A container as page tables, with the IOMMU that its groups chose, or with none. */
public interface GroupContainer extends VFIOIOMMUOps {
    /** Its file, which groups are put into. */
    ContainerFd file();

    /**
     * What its IOMMU wants before the last group goes: nothing, for most.
     *
     * @throws org.jvfio.VfioException if the kernel refuses; the group goes all the same
     */
    default void beforeLeaving() {}
}
