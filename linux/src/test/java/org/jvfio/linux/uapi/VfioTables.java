// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import static org.jvfio.linux.uapi.UapiTable.U16;
import static org.jvfio.linux.uapi.UapiTable.U32;
import static org.jvfio.linux.uapi.UapiTable.U64;

import org.jvfio.device.MigrationState;

/** What we believe of {@code linux/vfio.h}. */
final class VfioTables {
    private VfioTables() {}

    static void numbers(UapiTable ours) {
        ours.number("VFIO_API_VERSION", VfioRequests.API_VERSION)
                .number("VFIO_TYPE1_IOMMU", VfioRequests.TYPE1_IOMMU)
                .number("VFIO_SPAPR_TCE_IOMMU", VfioRequests.SPAPR_TCE_IOMMU)
                .number("VFIO_TYPE1v2_IOMMU", VfioRequests.TYPE1V2_IOMMU)
                .number("VFIO_DMA_CC_IOMMU", VfioRequests.DMA_CC_IOMMU)
                .number("VFIO_EEH", VfioRequests.EEH)
                .number("VFIO_SPAPR_TCE_v2_IOMMU", VfioRequests.SPAPR_TCE_V2_IOMMU)
                .number("VFIO_NOIOMMU_IOMMU", VfioRequests.NOIOMMU_IOMMU)
                .number("VFIO_UNMAP_ALL", VfioRequests.UNMAP_ALL)
                .number("VFIO_UPDATE_VADDR", VfioRequests.UPDATE_VADDR)
                .requests(
                        VfioRequests.GET_API_VERSION,
                        VfioRequests.CHECK_EXTENSION,
                        VfioRequests.SET_IOMMU,
                        VfioRequests.GROUP_GET_STATUS,
                        VfioRequests.GROUP_SET_CONTAINER,
                        VfioRequests.GROUP_UNSET_CONTAINER,
                        VfioRequests.GROUP_GET_DEVICE_FD,
                        VfioRequests.DEVICE_GET_INFO,
                        VfioRequests.DEVICE_GET_REGION_INFO,
                        VfioRequests.DEVICE_GET_IRQ_INFO,
                        VfioRequests.DEVICE_SET_IRQS,
                        VfioRequests.DEVICE_RESET,
                        VfioRequests.DEVICE_GET_PCI_HOT_RESET_INFO,
                        VfioRequests.DEVICE_PCI_HOT_RESET,
                        VfioRequests.DEVICE_FEATURE,
                        VfioRequests.IOMMU_GET_INFO,
                        VfioRequests.IOMMU_MAP_DMA,
                        VfioRequests.IOMMU_UNMAP_DMA,
                        VfioRequests.IOMMU_DIRTY_PAGES);
    }

    static void groupAndIommu(UapiTable ours) {
        ours.struct("vfio_group_status", VfioGroupStatus.SIZE)
                .field("argsz", VfioGroupStatus.ARGSZ_AT, U32)
                .field("flags", VfioGroupStatus.FLAGS_AT, U32);
        ours.number("VFIO_GROUP_FLAGS_VIABLE", VfioGroupStatus.VIABLE)
                .number("VFIO_GROUP_FLAGS_CONTAINER_SET", VfioGroupStatus.CONTAINER_SET);
        type1Info(ours);
        ours.struct("vfio_iommu_type1_dma_map", Type1DmaMap.SIZE)
                .field("argsz", Type1DmaMap.ARGSZ_AT, U32)
                .field("flags", Type1DmaMap.FLAGS_AT, U32)
                .field("vaddr", Type1DmaMap.VADDR_AT, U64)
                .field("iova", Type1DmaMap.IOVA_AT, U64)
                .field("size", Type1DmaMap.SIZE_AT, U64);
        ours.number("VFIO_DMA_MAP_FLAG_READ", Type1DmaMap.READ)
                .number("VFIO_DMA_MAP_FLAG_WRITE", Type1DmaMap.WRITE)
                .number("VFIO_DMA_MAP_FLAG_VADDR", Type1DmaMap.VADDR);
        ours.struct("vfio_iommu_type1_dma_unmap", Type1DmaUnmap.SIZE)
                .field("argsz", Type1DmaUnmap.ARGSZ_AT, U32)
                .field("flags", Type1DmaUnmap.FLAGS_AT, U32)
                .field("iova", Type1DmaUnmap.IOVA_AT, U64)
                .field("size", Type1DmaUnmap.SIZE_AT, U64)
                .at("data", Type1DmaUnmap.DATA_AT);
        ours.number("VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP", Type1DmaUnmap.GET_DIRTY_BITMAP)
                .number("VFIO_DMA_UNMAP_FLAG_ALL", Type1DmaUnmap.ALL)
                .number("VFIO_DMA_UNMAP_FLAG_VADDR", Type1DmaUnmap.VADDR);
        dirtyPages(ours);
    }

    private static void dirtyPages(UapiTable ours) {
        ours.struct("vfio_iommu_type1_dirty_bitmap", Type1DirtyBitmap.DATA_AT)
                .field("argsz", Type1DirtyBitmap.ARGSZ_AT, U32)
                .field("flags", Type1DirtyBitmap.FLAGS_AT, U32)
                .at("data", Type1DirtyBitmap.DATA_AT);
        ours.number("VFIO_IOMMU_DIRTY_PAGES_FLAG_START", Type1DirtyBitmap.START)
                .number("VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP", Type1DirtyBitmap.STOP)
                .number("VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP", Type1DirtyBitmap.GET_BITMAP);
        ours.struct(
                        "vfio_iommu_type1_dirty_bitmap_get",
                        Type1DirtyBitmap.SIZE - Type1DirtyBitmap.DATA_AT)
                .field("iova", Type1DirtyBitmap.IOVA_AT, U64)
                .field("size", Type1DirtyBitmap.SIZE_AT, U64)
                .field("bitmap", Type1DirtyBitmap.BITMAP_AT, VfioBitmap.SIZE);
        ours.struct("vfio_bitmap", VfioBitmap.SIZE)
                .field("pgsize", VfioBitmap.PGSIZE_AT, U64)
                .field("size", VfioBitmap.SIZE_AT, U64)
                .field("data", VfioBitmap.DATA_AT, U64);
    }

    private static void type1Info(UapiTable ours) {
        ours.struct("vfio_iommu_type1_info", Type1Info.SIZE)
                .field("argsz", InfoStruct.ARGSZ_AT, U32)
                .field("flags", InfoStruct.FLAGS_AT, U32)
                .field("iova_pgsizes", Type1Info.IOVA_PGSIZES_AT, U64)
                .field("cap_offset", Type1Info.CAP_OFFSET_AT, U32);
        ours.number("VFIO_IOMMU_INFO_PGSIZES", Type1Info.PGSIZES)
                .number("VFIO_IOMMU_INFO_CAPS", Type1Info.CAPS)
                .number("VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE", Type1Info.CAP_IOVA_RANGE)
                .number("VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION", Type1Info.CAP_MIGRATION)
                .number("VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL", Type1Info.CAP_DMA_AVAIL);
        ours.payload("vfio_iommu_type1_info_cap_iova_range")
                .at("nr_iovas", 0)
                .at("iova_ranges", Type1Info.RANGES_AT);
        ours.struct("vfio_iova_range", IovaRanges.SIZE)
                .field("start", IovaRanges.START_AT, U64)
                .field("end", IovaRanges.LAST_AT, U64);
        ours.payload("vfio_iommu_type1_info_cap_migration")
                .at("flags", 0)
                .at("pgsize_bitmap", Type1Info.PGSIZE_BITMAP_AT)
                .at("max_dirty_bitmap_size", Type1Info.MAX_DIRTY_BITMAP_SIZE_AT);
        ours.payload("vfio_iommu_type1_info_dma_avail").at("avail", 0);
    }

    static void device(UapiTable ours) {
        ours.struct("vfio_info_cap_header", Capability.HEADER_SIZE)
                .field("id", Capability.ID_AT, U16)
                .field("version", Capability.VERSION_AT, U16)
                .field("next", Capability.NEXT_AT, U32);
        ours.struct("vfio_device_info", DeviceInfo.SIZE)
                .field("argsz", InfoStruct.ARGSZ_AT, U32)
                .field("flags", InfoStruct.FLAGS_AT, U32)
                .field("num_regions", DeviceInfo.NUM_REGIONS_AT, U32)
                .field("num_irqs", DeviceInfo.NUM_IRQS_AT, U32)
                .field("cap_offset", DeviceInfo.CAP_OFFSET_AT, U32);
        ours.number("VFIO_DEVICE_FLAGS_RESET", DeviceInfo.RESET)
                .number("VFIO_DEVICE_FLAGS_PCI", DeviceInfo.PCI)
                .number("VFIO_DEVICE_FLAGS_PLATFORM", DeviceInfo.PLATFORM)
                .number("VFIO_DEVICE_FLAGS_AMBA", DeviceInfo.AMBA)
                .number("VFIO_DEVICE_FLAGS_CCW", DeviceInfo.CCW)
                .number("VFIO_DEVICE_FLAGS_AP", DeviceInfo.AP)
                .number("VFIO_DEVICE_FLAGS_FSL_MC", DeviceInfo.FSL_MC)
                .number("VFIO_DEVICE_FLAGS_CAPS", DeviceInfo.CAPS);
        regions(ours);
        interrupts(ours);
        features(ours);
        hotReset(ours);
    }

    private static void regions(UapiTable ours) {
        ours.struct("vfio_region_info", RegionInfo.SIZE)
                .field("argsz", InfoStruct.ARGSZ_AT, U32)
                .field("flags", InfoStruct.FLAGS_AT, U32)
                .field("index", RegionInfo.INDEX_AT, U32)
                .field("cap_offset", RegionInfo.CAP_OFFSET_AT, U32)
                .field("size", RegionInfo.SIZE_AT, U64)
                .field("offset", RegionInfo.OFFSET_AT, U64);
        ours.number("VFIO_REGION_INFO_FLAG_READ", RegionInfo.READ)
                .number("VFIO_REGION_INFO_FLAG_WRITE", RegionInfo.WRITE)
                .number("VFIO_REGION_INFO_FLAG_MMAP", RegionInfo.MMAP)
                .number("VFIO_REGION_INFO_FLAG_CAPS", RegionInfo.CAPS)
                .number("VFIO_REGION_INFO_CAP_SPARSE_MMAP", RegionInfo.CAP_SPARSE_MMAP)
                .number("VFIO_REGION_INFO_CAP_TYPE", RegionInfo.CAP_TYPE)
                .number("VFIO_REGION_INFO_CAP_MSIX_MAPPABLE", RegionInfo.CAP_MSIX_MAPPABLE);
        ours.payload("vfio_region_info_cap_sparse_mmap")
                .at("nr_areas", 0)
                .at("areas", RegionInfo.AREAS_AT);
        ours.struct("vfio_region_sparse_mmap_area", RegionInfo.AREA_SIZE)
                .field("offset", 0, U64)
                .field("size", U64, U64);
        ours.payload("vfio_region_info_cap_type")
                .at("type", 0)
                .at("subtype", RegionInfo.SUBTYPE_AT);
    }

    private static void interrupts(UapiTable ours) {
        ours.struct("vfio_irq_info", IrqInfo.SIZE)
                .field("argsz", IrqInfo.ARGSZ_AT, U32)
                .field("flags", IrqInfo.FLAGS_AT, U32)
                .field("index", IrqInfo.INDEX_AT, U32)
                .field("count", IrqInfo.COUNT_AT, U32);
        ours.number("VFIO_IRQ_INFO_EVENTFD", IrqInfo.EVENTFD)
                .number("VFIO_IRQ_INFO_MASKABLE", IrqInfo.MASKABLE)
                .number("VFIO_IRQ_INFO_AUTOMASKED", IrqInfo.AUTOMASKED)
                .number("VFIO_IRQ_INFO_NORESIZE", IrqInfo.NORESIZE);
        ours.struct("vfio_irq_set", IrqSet.SIZE)
                .field("argsz", IrqSet.ARGSZ_AT, U32)
                .field("flags", IrqSet.FLAGS_AT, U32)
                .field("index", IrqSet.INDEX_AT, U32)
                .field("start", IrqSet.START_AT, U32)
                .field("count", IrqSet.COUNT_AT, U32)
                .at("data", IrqSet.DATA_AT);
        ours.number("VFIO_IRQ_SET_DATA_NONE", IrqSet.DATA_NONE)
                .number("VFIO_IRQ_SET_DATA_BOOL", IrqSet.DATA_BOOL)
                .number("VFIO_IRQ_SET_DATA_EVENTFD", IrqSet.DATA_EVENTFD)
                .number("VFIO_IRQ_SET_ACTION_MASK", IrqSet.ACTION_MASK)
                .number("VFIO_IRQ_SET_ACTION_UNMASK", IrqSet.ACTION_UNMASK)
                .number("VFIO_IRQ_SET_ACTION_TRIGGER", IrqSet.ACTION_TRIGGER);
    }

    private static void features(UapiTable ours) {
        ours.struct("vfio_device_feature", DeviceFeature.SIZE)
                .field("argsz", DeviceFeature.ARGSZ_AT, U32)
                .field("flags", DeviceFeature.FLAGS_AT, U32);
        ours.number("VFIO_DEVICE_FEATURE_MASK", DeviceFeature.MASK)
                .number("VFIO_DEVICE_FEATURE_GET", DeviceFeature.GET)
                .number("VFIO_DEVICE_FEATURE_SET", DeviceFeature.SET)
                .number("VFIO_DEVICE_FEATURE_PROBE", DeviceFeature.PROBE)
                .number("VFIO_DEVICE_FEATURE_PCI_VF_TOKEN", DeviceFeature.PCI_VF_TOKEN);
        dmaLogging(ours);
    }

    private static void dmaLogging(UapiTable ours) {
        ours.number("VFIO_DEVICE_FEATURE_DMA_LOGGING_START", DeviceFeature.DMA_LOGGING_START)
                .number("VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP", DeviceFeature.DMA_LOGGING_STOP)
                .number("VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT", DeviceFeature.DMA_LOGGING_REPORT);
        ours.struct("vfio_device_feature_dma_logging_control", DmaLoggingControl.SIZE)
                .field("page_size", DmaLoggingControl.PAGE_SIZE_AT, U64)
                .field("num_ranges", DmaLoggingControl.NUM_RANGES_AT, U32)
                .field("ranges", DmaLoggingControl.RANGES_AT, U64);
        ours.struct("vfio_device_feature_dma_logging_range", DmaLoggingControl.RANGE_SIZE)
                .field("iova", DmaLoggingControl.IOVA_AT, U64)
                .field("length", DmaLoggingControl.LENGTH_AT, U64);
        ours.struct("vfio_device_feature_dma_logging_report", DmaLoggingReport.SIZE)
                .field("iova", DmaLoggingReport.IOVA_AT, U64)
                .field("length", DmaLoggingReport.LENGTH_AT, U64)
                .field("page_size", DmaLoggingReport.PAGE_SIZE_AT, U64)
                .field("bitmap", DmaLoggingReport.BITMAP_AT, U64);
    }

    static void migration(UapiTable ours) {
        ours.requests(VfioRequests.MIG_GET_PRECOPY_INFO)
                .number("VFIO_DEVICE_FEATURE_MIGRATION", DeviceFeature.MIGRATION)
                .number("VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE", DeviceFeature.MIG_DEVICE_STATE)
                .number("VFIO_DEVICE_FEATURE_MIG_DATA_SIZE", DeviceFeature.MIG_DATA_SIZE)
                .number("VFIO_MIGRATION_STOP_COPY", MigrationFlags.STOP_COPY)
                .number("VFIO_MIGRATION_P2P", MigrationFlags.P2P)
                .number("VFIO_MIGRATION_PRE_COPY", MigrationFlags.PRE_COPY);
        for (MigrationState state : MigrationState.values()) {
            ours.number("VFIO_DEVICE_STATE_" + state, state.number());
        }
        ours.struct("vfio_device_feature_migration", MigrationFlags.SIZE)
                .field("flags", MigrationFlags.FLAGS_AT, U64);
        ours.struct("vfio_device_feature_mig_state", MigState.SIZE)
                .field("device_state", MigState.DEVICE_STATE_AT, U32)
                .field("data_fd", MigState.DATA_FD_AT, U32);
        ours.struct("vfio_device_feature_mig_data_size", U64).field("stop_copy_length", 0, U64);
        ours.struct("vfio_precopy_info", PrecopyInfo.SIZE)
                .field("argsz", PrecopyInfo.ARGSZ_AT, U32)
                .field("flags", PrecopyInfo.FLAGS_AT, U32)
                .field("initial_bytes", PrecopyInfo.INITIAL_BYTES_AT, U64)
                .field("dirty_bytes", PrecopyInfo.DIRTY_BYTES_AT, U64);
    }

    static void token(UapiTable ours) {
        ours.number("VFIO_DEVICE_BIND_FLAG_TOKEN", BindIommufd.TOKEN);
        ours.struct("vfio_device_bind_iommufd", BindIommufd.SIZE_WITH_TOKEN)
                .field("token_uuid_ptr", BindIommufd.TOKEN_UUID_PTR_AT, U64);
    }

    static void dmaBuf(UapiTable ours) {
        ours.number("VFIO_DEVICE_FEATURE_DMA_BUF", DeviceFeature.DMA_BUF);
        ours.struct("vfio_device_feature_dma_buf", DmaBufExport.DMA_RANGES_AT)
                .field("region_index", DmaBufExport.REGION_INDEX_AT, U32)
                .field("open_flags", DmaBufExport.OPEN_FLAGS_AT, U32)
                .field("flags", DmaBufExport.FLAGS_AT, U32)
                .field("nr_ranges", DmaBufExport.NR_RANGES_AT, U32)
                .at("dma_ranges", DmaBufExport.DMA_RANGES_AT);
        ours.struct("vfio_region_dma_range", DmaBufExport.RANGE_SIZE)
                .field("offset", DmaBufExport.RANGE_OFFSET_AT, U64)
                .field("length", DmaBufExport.RANGE_LENGTH_AT, U64);
    }

    private static void hotReset(UapiTable ours) {
        ours.struct("vfio_pci_hot_reset_info", PciHotResetInfo.SIZE)
                .field("argsz", PciHotResetInfo.ARGSZ_AT, U32)
                .field("flags", PciHotResetInfo.FLAGS_AT, U32)
                .field("count", PciHotResetInfo.COUNT_AT, U32)
                .at("devices", PciHotResetInfo.DEVICES_AT);
        ours.struct("vfio_pci_dependent_device", PciHotResetInfo.DEVICE_SIZE)
                .field("group_id", PciHotResetInfo.ID_AT, U32)
                .field("segment", PciHotResetInfo.SEGMENT_AT, U16)
                .field("bus", PciHotResetInfo.BUS_AT, 1)
                .field("devfn", PciHotResetInfo.DEVFN_AT, 1);
        ours.struct("vfio_pci_hot_reset", PciHotReset.SIZE)
                .field("argsz", PciHotReset.ARGSZ_AT, U32)
                .field("flags", PciHotReset.FLAGS_AT, U32)
                .field("count", PciHotReset.COUNT_AT, U32)
                .at("group_fds", PciHotReset.GROUP_FDS_AT);
    }

    static void characterDevice(UapiTable ours) {
        ours.requests(
                        VfioRequests.DEVICE_BIND_IOMMUFD,
                        VfioRequests.DEVICE_ATTACH_IOMMUFD_PT,
                        VfioRequests.DEVICE_DETACH_IOMMUFD_PT)
                .number("VFIO_DEVICE_FLAGS_CDX", DeviceInfo.CDX)
                .number("VFIO_PCI_HOT_RESET_FLAG_DEV_ID", PciHotResetInfo.DEV_ID)
                .number("VFIO_PCI_HOT_RESET_FLAG_DEV_ID_OWNED", PciHotResetInfo.DEV_ID_OWNED)
                .number("VFIO_PCI_DEVID_OWNED", PciHotResetInfo.DEVICE_OWNED)
                .number(
                        "VFIO_PCI_DEVID_NOT_OWNED",
                        Integer.toUnsignedLong(PciHotResetInfo.DEVICE_NOT_OWNED));
        ours.struct("vfio_device_bind_iommufd", BindIommufd.SIZE)
                .field("argsz", BindIommufd.ARGSZ_AT, U32)
                .field("flags", BindIommufd.FLAGS_AT, U32)
                .field("iommufd", BindIommufd.IOMMUFD_AT, U32)
                .field("out_devid", BindIommufd.OUT_DEVID_AT, U32);
        ours.struct("vfio_device_attach_iommufd_pt", AttachPt.SIZE)
                .field("argsz", AttachPt.ARGSZ_AT, U32)
                .field("flags", AttachPt.FLAGS_AT, U32)
                .field("pt_id", AttachPt.PT_ID_AT, U32);
        ours.struct("vfio_device_detach_iommufd_pt", DetachPt.SIZE)
                .field("argsz", DetachPt.ARGSZ_AT, U32)
                .field("flags", DetachPt.FLAGS_AT, U32);
    }
}
