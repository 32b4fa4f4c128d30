// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Ioctl;

/**
 * The requests of {@code linux/vfio.h}, and the plain numbers that some of them take.
 *
 * <p>The same number may mean two requests: container, device and each kind of IOMMU count on from
 * the same base, and the file that is asked decides.
 */
public final class VfioRequests {
    /** The only answer to {@link #GET_API_VERSION} that there has been. */
    public static final int API_VERSION = 0;

    /** An IOMMU whose unmap may be wider than asked; superseded by {@link #TYPE1V2_IOMMU}. */
    public static final int TYPE1_IOMMU = 1;

    /** POWER's IOMMU, one window. */
    public static final int SPAPR_TCE_IOMMU = 2;

    /** An IOMMU that unmaps what was mapped and nothing else: the usual one. */
    public static final int TYPE1V2_IOMMU = 3;

    /** DMA is always coherent with the processor's caches: no-snoop has no effect. */
    public static final int DMA_CC_IOMMU = 4;

    /** POWER's error handling for PCI. */
    public static final int EEH = 5;

    /** POWER's IOMMU with memory registered ahead and several windows. */
    public static final int SPAPR_TCE_V2_IOMMU = 7;

    /** No translation and no protection. */
    public static final int NOIOMMU_IOMMU = 8;

    /** {@link Type1DmaUnmap#ALL} is understood. */
    public static final int UNMAP_ALL = 9;

    /** The process addresses of a mapping may be exchanged ({@link Type1DmaMap#VADDR}). */
    public static final int UPDATE_VADDR = 10;

    private static final int TYPE = ';';
    private static final int BASE = 100;

    /** Of a container: which version of the interface this is. No argument. */
    public static final Ioctl GET_API_VERSION = vfio("VFIO_GET_API_VERSION", 0);

    /** Of a container: whether it has an extension, a plain number. */
    public static final Ioctl CHECK_EXTENSION = vfio("VFIO_CHECK_EXTENSION", 1);

    /** Of a container with a group: choose its kind of IOMMU, a plain number. */
    public static final Ioctl SET_IOMMU = vfio("VFIO_SET_IOMMU", 2);

    /** Of a group: {@link VfioGroupStatus}. */
    public static final Ioctl GROUP_GET_STATUS = vfio("VFIO_GROUP_GET_STATUS", 3);

    /** Of a group: join a container; the address of its descriptor ({@code __s32}). */
    public static final Ioctl GROUP_SET_CONTAINER = vfio("VFIO_GROUP_SET_CONTAINER", 4);

    /** Of a group without open devices: leave its container. No argument. */
    public static final Ioctl GROUP_UNSET_CONTAINER = vfio("VFIO_GROUP_UNSET_CONTAINER", 5);

    /** Of a group: a descriptor of the device with this name, a NUL-terminated string. */
    public static final Ioctl GROUP_GET_DEVICE_FD = vfio("VFIO_GROUP_GET_DEVICE_FD", 6);

    /** Of a device: {@link DeviceInfo}. */
    public static final Ioctl DEVICE_GET_INFO = vfio("VFIO_DEVICE_GET_INFO", 7);

    /** Of a device: {@link RegionInfo}. */
    public static final Ioctl DEVICE_GET_REGION_INFO = vfio("VFIO_DEVICE_GET_REGION_INFO", 8);

    /** Of a device: {@link IrqInfo}. */
    public static final Ioctl DEVICE_GET_IRQ_INFO = vfio("VFIO_DEVICE_GET_IRQ_INFO", 9);

    /** Of a device: {@link IrqSet}. */
    public static final Ioctl DEVICE_SET_IRQS = vfio("VFIO_DEVICE_SET_IRQS", 10);

    /** Of a device that can ({@link DeviceInfo#RESET}): reset it. No argument. */
    public static final Ioctl DEVICE_RESET = vfio("VFIO_DEVICE_RESET", 11);

    /** Of a PCI device: {@link PciHotResetInfo}. */
    public static final Ioctl DEVICE_GET_PCI_HOT_RESET_INFO =
            vfio("VFIO_DEVICE_GET_PCI_HOT_RESET_INFO", 12);

    /** Of a PCI device, {@link PciHotReset}: reset its bus or slot. */
    public static final Ioctl DEVICE_PCI_HOT_RESET = vfio("VFIO_DEVICE_PCI_HOT_RESET", 13);

    /** Of a device: optional features, migration among them. */
    public static final Ioctl DEVICE_FEATURE = vfio("VFIO_DEVICE_FEATURE", 17);

    /** Of a character device, since Linux 6.6: {@link BindIommufd}. */
    public static final Ioctl DEVICE_BIND_IOMMUFD = vfio("VFIO_DEVICE_BIND_IOMMUFD", 18);

    /** Of a bound character device: {@link AttachPt}. */
    public static final Ioctl DEVICE_ATTACH_IOMMUFD_PT = vfio("VFIO_DEVICE_ATTACH_IOMMUFD_PT", 19);

    /** Of a bound character device: {@link DetachPt}. */
    public static final Ioctl DEVICE_DETACH_IOMMUFD_PT = vfio("VFIO_DEVICE_DETACH_IOMMUFD_PT", 20);

    /** Of the file that a device's state is read from, since Linux 6.2: {@link PrecopyInfo}. */
    public static final Ioctl MIG_GET_PRECOPY_INFO = vfio("VFIO_MIG_GET_PRECOPY_INFO", 21);

    /** Of a type 1 container: {@link Type1Info}. */
    public static final Ioctl IOMMU_GET_INFO = vfio("VFIO_IOMMU_GET_INFO", 12);

    /** Of a container: {@link Type1DmaMap}. */
    public static final Ioctl IOMMU_MAP_DMA = vfio("VFIO_IOMMU_MAP_DMA", 13);

    /** Of a container: {@link Type1DmaUnmap}. */
    public static final Ioctl IOMMU_UNMAP_DMA = vfio("VFIO_IOMMU_UNMAP_DMA", 14);

    /** Of a type 1 container of version 2: {@link Type1DirtyBitmap}. */
    public static final Ioctl IOMMU_DIRTY_PAGES = vfio("VFIO_IOMMU_DIRTY_PAGES", 17);

    /** Of a container with POWER's IOMMU: {@link SpaprTceInfo}. */
    public static final Ioctl SPAPR_TCE_GET_INFO = vfio("VFIO_IOMMU_SPAPR_TCE_GET_INFO", 12);

    /** Of a container with POWER's IOMMU, version 1: begin to map. No argument. */
    public static final Ioctl IOMMU_ENABLE = vfio("VFIO_IOMMU_ENABLE", 15);

    /** Of a container with POWER's IOMMU, version 1: map no more. No argument. */
    public static final Ioctl IOMMU_DISABLE = vfio("VFIO_IOMMU_DISABLE", 16);

    /** Of a container with POWER's IOMMU, version 2: {@link SpaprRegisterMemory}. */
    public static final Ioctl SPAPR_REGISTER_MEMORY = vfio("VFIO_IOMMU_SPAPR_REGISTER_MEMORY", 17);

    /** Of a container with POWER's IOMMU, version 2: {@link SpaprRegisterMemory}. */
    public static final Ioctl SPAPR_UNREGISTER_MEMORY =
            vfio("VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY", 18);

    /** Of a container with POWER's IOMMU, version 2: {@link SpaprTceCreate}. */
    public static final Ioctl SPAPR_TCE_CREATE = vfio("VFIO_IOMMU_SPAPR_TCE_CREATE", 19);

    /** Of a container with POWER's IOMMU, version 2: {@link SpaprTceRemove}. */
    public static final Ioctl SPAPR_TCE_REMOVE = vfio("VFIO_IOMMU_SPAPR_TCE_REMOVE", 20);

    /** Of a container with POWER's IOMMU and one group: {@link EehPeOp}. */
    public static final Ioctl EEH_PE_OP = vfio("VFIO_EEH_PE_OP", 21);

    private VfioRequests() {}

    private static Ioctl vfio(String name, int number) {
        return Ioctl.io(name, TYPE, BASE + number);
    }
}
