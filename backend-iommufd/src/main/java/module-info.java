// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** The backend for iommufd and VFIO character devices (/dev/iommu, /dev/vfio/devices). */
@NullMarked
module org.jvfio.backend.iommufd {
    requires org.jvfio;
    requires org.jvfio.linux;
    requires static org.jspecify;

    provides org.jvfio.spi.BackendProvider with
            org.jvfio.backend.iommufd.IommufdProvider;
}
