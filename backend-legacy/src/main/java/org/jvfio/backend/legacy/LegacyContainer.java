// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.legacy;

import org.jvfio.linux.GroupContainer;

/** A container of groups that share its page tables, or of groups that have none. */
interface LegacyContainer extends GroupContainer {
    /** Whether it is for groups that no IOMMU stands behind; the two kinds do not go together. */
    boolean isUnprotected();
}
