// SPDX-License-Identifier: Apache-2.0
/** The backend for iommufd and VFIO character devices (/dev/iommu, /dev/vfio/devices). */
@NullMarked
package org.jvfio.backend.iommufd;

import org.jspecify.annotations.NullMarked;
