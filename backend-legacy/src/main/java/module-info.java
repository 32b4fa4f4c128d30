// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** The backend for VFIO containers and groups (/dev/vfio/vfio, type 1 IOMMU). */
@NullMarked
module org.jvfio.backend.legacy {
    requires org.jvfio;
    requires org.jvfio.linux;
    requires static org.jspecify;

    provides org.jvfio.spi.BackendProvider with
            org.jvfio.backend.legacy.LegacyProvider;
}
