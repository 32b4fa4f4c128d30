// SPDX-License-Identifier: Apache-2.0
/** The backend for VFIO containers and groups (/dev/vfio/vfio, type 1 IOMMU). */
@NullMarked
package org.jvfio.backend.legacy;

import org.jspecify.annotations.NullMarked;
