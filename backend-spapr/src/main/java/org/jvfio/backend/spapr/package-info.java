// SPDX-License-Identifier: Apache-2.0
/** The backend for the sPAPR TCE IOMMU of POWER. */
@NullMarked
package org.jvfio.backend.spapr;

import org.jspecify.annotations.NullMarked;
