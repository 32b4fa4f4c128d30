// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** The backend for the sPAPR TCE IOMMU of POWER. */
@NullMarked
module org.jvfio.backend.spapr {
    requires org.jvfio;
    requires org.jvfio.linux;
    requires static org.jspecify;

    provides org.jvfio.spi.BackendProvider with
            org.jvfio.backend.spapr.SpaprProvider;
}
