// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

/** Who notes which pages the devices behind one set of page tables write. */
public enum DirtyTracker {
    /** Each device for itself. Source: {@code VFIO_DEVICE_FEATURE_DMA_LOGGING_START}. */
    DEVICES,

    /**
     * The IOMMU or its driver. Source: {@code VFIO_IOMMU_DIRTY_PAGES}, {@code
     * IOMMU_HWPT_SET_DIRTY_TRACKING}.
     */
    PAGE_TABLES,

    /** Nobody: everything that is mapped counts as written, each time. */
    NONE
}
