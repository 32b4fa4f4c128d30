// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.legacy;

import org.jvfio.linux.ContainerFd;
import org.jvfio.spi.VFIOIOMMUOps;

/** A container with its IOMMU set, or with none. */
interface LegacyContainer extends VFIOIOMMUOps {
    /** Its file, which groups are put into. */
    ContainerFd file();

    /** Whether it is for groups that no IOMMU stands behind; the two kinds do not go together. */
    boolean isUnprotected();
}
