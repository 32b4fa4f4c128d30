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

    /** Promise that an IOAS keeps some ranges usable, whichever devices join. */
    public static final Ioctl IOAS_ALLOW_IOVAS = Ioctl.io("IOMMU_IOAS_ALLOW_IOVAS", TYPE, 0x82);

    /** {@link IoasIovaRanges}. */
    public static final Ioctl IOAS_IOVA_RANGES = Ioctl.io("IOMMU_IOAS_IOVA_RANGES", TYPE, 0x84);

    /** {@link IoasMap}. */
    public static final Ioctl IOAS_MAP = Ioctl.io("IOMMU_IOAS_MAP", TYPE, 0x85);

    /** {@link IoasUnmap}. */
    public static final Ioctl IOAS_UNMAP = Ioctl.io("IOMMU_IOAS_UNMAP", TYPE, 0x86);

    /** Read or set an option of the file or of one IOAS. */
    public static final Ioctl OPTION = Ioctl.io("IOMMU_OPTION", TYPE, 0x87);

    /** {@link VfioIoas}. */
    public static final Ioctl VFIO_IOAS = Ioctl.io("IOMMU_VFIO_IOAS", TYPE, 0x88);

    private IommufdRequests() {}
}
