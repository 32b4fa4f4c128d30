// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import static org.jvfio.linux.uapi.UapiTable.U16;
import static org.jvfio.linux.uapi.UapiTable.U32;
import static org.jvfio.linux.uapi.UapiTable.U64;

/** What we believe of {@code linux/iommufd.h}. */
final class IommufdTables {
    private IommufdTables() {}

    static void addressSpaces(UapiTable ours) {
        ours.requests(
                IommufdRequests.DESTROY,
                IommufdRequests.IOAS_ALLOC,
                IommufdRequests.IOAS_ALLOW_IOVAS,
                IommufdRequests.IOAS_IOVA_RANGES,
                IommufdRequests.IOAS_MAP,
                IommufdRequests.IOAS_UNMAP,
                IommufdRequests.IOAS_COPY,
                IommufdRequests.OPTION,
                IommufdRequests.VFIO_IOAS);
        ours.struct("iommu_destroy", IommuDestroy.SIZE)
                .field("size", IommuDestroy.SIZE_AT, U32)
                .field("id", IommuDestroy.ID_AT, U32);
        ours.struct("iommu_ioas_alloc", IoasAlloc.SIZE)
                .field("size", IoasAlloc.SIZE_AT, U32)
                .field("flags", IoasAlloc.FLAGS_AT, U32)
                .field("out_ioas_id", IoasAlloc.OUT_IOAS_ID_AT, U32);
        ours.struct("iommu_ioas_iova_ranges", IoasIovaRanges.SIZE)
                .field("size", IoasIovaRanges.SIZE_AT, U32)
                .field("ioas_id", IoasIovaRanges.IOAS_ID_AT, U32)
                .field("num_iovas", IoasIovaRanges.NUM_IOVAS_AT, U32)
                .field("allowed_iovas", IoasIovaRanges.ALLOWED_IOVAS_AT, U64)
                .field("out_iova_alignment", IoasIovaRanges.OUT_IOVA_ALIGNMENT_AT, U64);
        ours.struct("iommu_iova_range", IovaRanges.SIZE)
                .field("start", IovaRanges.START_AT, U64)
                .field("last", IovaRanges.LAST_AT, U64);
        ours.struct("iommu_ioas_map", IoasMap.SIZE)
                .field("size", IoasMap.SIZE_AT, U32)
                .field("flags", IoasMap.FLAGS_AT, U32)
                .field("ioas_id", IoasMap.IOAS_ID_AT, U32)
                .field("user_va", IoasMap.USER_VA_AT, U64)
                .field("length", IoasMap.LENGTH_AT, U64)
                .field("iova", IoasMap.IOVA_AT, U64);
        ours.number("IOMMU_IOAS_MAP_FIXED_IOVA", IoasMap.FIXED_IOVA)
                .number("IOMMU_IOAS_MAP_WRITEABLE", IoasMap.WRITEABLE)
                .number("IOMMU_IOAS_MAP_READABLE", IoasMap.READABLE);
        ours.struct("iommu_ioas_unmap", IoasUnmap.SIZE)
                .field("size", IoasUnmap.SIZE_AT, U32)
                .field("ioas_id", IoasUnmap.IOAS_ID_AT, U32)
                .field("iova", IoasUnmap.IOVA_AT, U64)
                .field("length", IoasUnmap.LENGTH_AT, U64);
        ours.struct("iommu_vfio_ioas", VfioIoas.SIZE)
                .field("size", VfioIoas.SIZE_AT, U32)
                .field("ioas_id", VfioIoas.IOAS_ID_AT, U32)
                .field("op", VfioIoas.OP_AT, U16);
        ours.number("IOMMU_VFIO_IOAS_GET", VfioIoas.GET)
                .number("IOMMU_VFIO_IOAS_SET", VfioIoas.SET)
                .number("IOMMU_VFIO_IOAS_CLEAR", VfioIoas.CLEAR);
    }

    static void options(UapiTable ours) {
        ours.struct("iommu_ioas_copy", IoasCopy.SIZE)
                .field("size", IoasCopy.SIZE_AT, U32)
                .field("flags", IoasCopy.FLAGS_AT, U32)
                .field("dst_ioas_id", IoasCopy.DST_IOAS_ID_AT, U32)
                .field("src_ioas_id", IoasCopy.SRC_IOAS_ID_AT, U32)
                .field("length", IoasCopy.LENGTH_AT, U64)
                .field("dst_iova", IoasCopy.DST_IOVA_AT, U64)
                .field("src_iova", IoasCopy.SRC_IOVA_AT, U64);
        ours.struct("iommu_ioas_allow_iovas", IoasAllowIovas.SIZE)
                .field("size", IoasAllowIovas.SIZE_AT, U32)
                .field("ioas_id", IoasAllowIovas.IOAS_ID_AT, U32)
                .field("num_iovas", IoasAllowIovas.NUM_IOVAS_AT, U32)
                .field("allowed_iovas", IoasAllowIovas.ALLOWED_IOVAS_AT, U64);
        ours.struct("iommu_option", IommuOption.SIZE)
                .field("size", IommuOption.SIZE_AT, U32)
                .field("option_id", IommuOption.OPTION_ID_AT, U32)
                .field("op", IommuOption.OP_AT, U16)
                .field("object_id", IommuOption.OBJECT_ID_AT, U32)
                .field("val64", IommuOption.VAL64_AT, U64);
        ours.number("IOMMU_OPTION_RLIMIT_MODE", IommuOption.RLIMIT_MODE)
                .number("IOMMU_OPTION_HUGE_PAGES", IommuOption.HUGE_PAGES)
                .number("IOMMU_OPTION_OP_SET", IommuOption.SET)
                .number("IOMMU_OPTION_OP_GET", IommuOption.GET);
    }

    static void pageTables(UapiTable ours) {
        ours.requests(
                IommufdRequests.HWPT_ALLOC,
                IommufdRequests.GET_HW_INFO,
                IommufdRequests.HWPT_SET_DIRTY_TRACKING,
                IommufdRequests.HWPT_GET_DIRTY_BITMAP,
                IommufdRequests.HWPT_INVALIDATE);
        ours.struct("iommu_hw_info", HwInfo.SIZE)
                .field("size", HwInfo.SIZE_AT, U32)
                .field("flags", HwInfo.FLAGS_AT, U32)
                .field("dev_id", HwInfo.DEV_ID_AT, U32)
                .field("data_len", HwInfo.DATA_LEN_AT, U32)
                .field("data_uptr", HwInfo.DATA_UPTR_AT, U64)
                .field("out_data_type", HwInfo.OUT_DATA_TYPE_AT, U32)
                .field("out_capabilities", HwInfo.OUT_CAPABILITIES_AT, U64);
        ours.struct("iommu_hwpt_alloc", HwptAlloc.SIZE)
                .field("size", HwptAlloc.SIZE_AT, U32)
                .field("flags", HwptAlloc.FLAGS_AT, U32)
                .field("dev_id", HwptAlloc.DEV_ID_AT, U32)
                .field("pt_id", HwptAlloc.PT_ID_AT, U32)
                .field("out_hwpt_id", HwptAlloc.OUT_HWPT_ID_AT, U32)
                .field("data_type", HwptAlloc.DATA_TYPE_AT, U32)
                .field("data_len", HwptAlloc.DATA_LEN_AT, U32)
                .field("data_uptr", HwptAlloc.DATA_UPTR_AT, U64);
        ours.struct("iommu_hwpt_set_dirty_tracking", HwptSetDirtyTracking.SIZE)
                .field("size", HwptSetDirtyTracking.SIZE_AT, U32)
                .field("flags", HwptSetDirtyTracking.FLAGS_AT, U32)
                .field("hwpt_id", HwptSetDirtyTracking.HWPT_ID_AT, U32);
        ours.struct("iommu_hwpt_get_dirty_bitmap", HwptGetDirtyBitmap.SIZE)
                .field("size", HwptGetDirtyBitmap.SIZE_AT, U32)
                .field("hwpt_id", HwptGetDirtyBitmap.HWPT_ID_AT, U32)
                .field("flags", HwptGetDirtyBitmap.FLAGS_AT, U32)
                .field("iova", HwptGetDirtyBitmap.IOVA_AT, U64)
                .field("length", HwptGetDirtyBitmap.LENGTH_AT, U64)
                .field("page_size", HwptGetDirtyBitmap.PAGE_SIZE_AT, U64)
                .field("data", HwptGetDirtyBitmap.DATA_AT, U64);
        ours.struct("iommu_hw_info_vtd", HwInfo.VTD_SIZE).field("flags", 0, U32);
        ours.number("IOMMU_HW_CAP_DIRTY_TRACKING", HwInfo.DIRTY_TRACKING)
                .number("IOMMU_HW_INFO_TYPE_INTEL_VTD", HwInfo.VTD)
                .number("IOMMU_HW_INFO_VTD_ERRATA_772415_SPR17", HwInfo.VTD_ERRATA_772415_SPR17)
                .number("IOMMU_HWPT_ALLOC_NEST_PARENT", HwptAlloc.NEST_PARENT)
                .number("IOMMU_HWPT_ALLOC_DIRTY_TRACKING", HwptAlloc.DIRTY_TRACKING)
                .number("IOMMU_HWPT_DIRTY_TRACKING_ENABLE", HwptSetDirtyTracking.ENABLE)
                .number("IOMMU_HWPT_GET_DIRTY_BITMAP_NO_CLEAR", HwptGetDirtyBitmap.NO_CLEAR);
    }

    static void files(UapiTable ours) {
        ours.requests(
                IommufdRequests.IOAS_MAP_FILE,
                IommufdRequests.IOAS_CHANGE_PROCESS,
                IommufdRequests.VIOMMU_ALLOC,
                IommufdRequests.VDEVICE_ALLOC);
        ours.struct("iommu_ioas_map_file", IoasMapFile.SIZE)
                .field("size", IoasMapFile.SIZE_AT, U32)
                .field("flags", IoasMapFile.FLAGS_AT, U32)
                .field("ioas_id", IoasMapFile.IOAS_ID_AT, U32)
                .field("fd", IoasMapFile.FD_AT, U32)
                .field("start", IoasMapFile.START_AT, U64)
                .field("length", IoasMapFile.LENGTH_AT, U64)
                .field("iova", IoasMapFile.IOVA_AT, U64);
        ours.struct("iommu_ioas_change_process", IoasChangeProcess.SIZE)
                .field("size", IoasChangeProcess.SIZE_AT, U32);
    }
}
