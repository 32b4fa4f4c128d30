// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Ioctl;

/** The requests of {@code linux/iommufd.h}, all made of {@code /dev/iommu}. */
public final class IommufdRequests {
    private static final int TYPE = ';';

    /** {@link IommuDestroy}. */
    public static final Ioctl DESTROY = Ioctl.io("IOMMU_DESTROY", TYPE, 0x80);

    /** {@link IoasAlloc}. */
    public static final Ioctl IOAS_ALLOC = Ioctl.io("IOMMU_IOAS_ALLOC", TYPE, 0x81);

    /** {@link IoasAllowIovas}. */
    public static final Ioctl IOAS_ALLOW_IOVAS = Ioctl.io("IOMMU_IOAS_ALLOW_IOVAS", TYPE, 0x82);

    /** {@link IoasCopy}. */
    public static final Ioctl IOAS_COPY = Ioctl.io("IOMMU_IOAS_COPY", TYPE, 0x83);

    /** {@link IoasIovaRanges}. */
    public static final Ioctl IOAS_IOVA_RANGES = Ioctl.io("IOMMU_IOAS_IOVA_RANGES", TYPE, 0x84);

    /** {@link IoasMap}. */
    public static final Ioctl IOAS_MAP = Ioctl.io("IOMMU_IOAS_MAP", TYPE, 0x85);

    /** {@link IoasUnmap}. */
    public static final Ioctl IOAS_UNMAP = Ioctl.io("IOMMU_IOAS_UNMAP", TYPE, 0x86);

    /** {@link IommuOption}. */
    public static final Ioctl OPTION = Ioctl.io("IOMMU_OPTION", TYPE, 0x87);

    /** {@link VfioIoas}. */
    public static final Ioctl VFIO_IOAS = Ioctl.io("IOMMU_VFIO_IOAS", TYPE, 0x88);

    /** {@link HwptAlloc}. */
    public static final Ioctl HWPT_ALLOC = Ioctl.io("IOMMU_HWPT_ALLOC", TYPE, 0x89);

    /** {@link HwInfo}. */
    public static final Ioctl GET_HW_INFO = Ioctl.io("IOMMU_GET_HW_INFO", TYPE, 0x8a);

    /** {@link HwptSetDirtyTracking}. */
    public static final Ioctl HWPT_SET_DIRTY_TRACKING =
            Ioctl.io("IOMMU_HWPT_SET_DIRTY_TRACKING", TYPE, 0x8b);

    /** {@link HwptGetDirtyBitmap}. */
    public static final Ioctl HWPT_GET_DIRTY_BITMAP =
            Ioctl.io("IOMMU_HWPT_GET_DIRTY_BITMAP", TYPE, 0x8c);

    /** Say that a guest changed page tables of its own; nothing here speaks it. */
    public static final Ioctl HWPT_INVALIDATE = Ioctl.io("IOMMU_HWPT_INVALIDATE", TYPE, 0x8d);

    /** {@link IoasMapFile}; since Linux 6.13. */
    public static final Ioctl IOAS_MAP_FILE = Ioctl.io("IOMMU_IOAS_MAP_FILE", TYPE, 0x8f);

    /** Make a slice of an IOMMU for a guest, since Linux 6.13; nothing here speaks it. */
    public static final Ioctl VIOMMU_ALLOC = Ioctl.io("IOMMU_VIOMMU_ALLOC", TYPE, 0x90);

    /** Put a device behind such a slice, since Linux 6.13; nothing here speaks it. */
    public static final Ioctl VDEVICE_ALLOC = Ioctl.io("IOMMU_VDEVICE_ALLOC", TYPE, 0x91);

    /** {@link IoasChangeProcess}; since Linux 6.14. */
    public static final Ioctl IOAS_CHANGE_PROCESS =
            Ioctl.io("IOMMU_IOAS_CHANGE_PROCESS", TYPE, 0x92);

    private IommufdRequests() {}
}
