// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import static org.jvfio.linux.uapi.UapiTable.U32;
import static org.jvfio.linux.uapi.UapiTable.U64;

/** What we believe of POWER's IOMMU and error handling in {@code linux/vfio.h}. */
final class SpaprTables {
    private SpaprTables() {}

    static void all(UapiTable ours) {
        ours.requests(
                VfioRequests.SPAPR_TCE_GET_INFO,
                VfioRequests.IOMMU_ENABLE,
                VfioRequests.IOMMU_DISABLE,
                VfioRequests.SPAPR_REGISTER_MEMORY,
                VfioRequests.SPAPR_UNREGISTER_MEMORY,
                VfioRequests.SPAPR_TCE_CREATE,
                VfioRequests.SPAPR_TCE_REMOVE,
                VfioRequests.EEH_PE_OP);
        windows(ours);
        errorHandling(ours);
    }

    private static void windows(UapiTable ours) {
        ours.number("VFIO_IOMMU_SPAPR_INFO_DDW", SpaprTceInfo.DDW);
        ours.struct("vfio_iommu_spapr_tce_info", SpaprTceInfo.SIZE)
                .field("argsz", SpaprTceInfo.ARGSZ_AT, U32)
                .field("flags", SpaprTceInfo.FLAGS_AT, U32)
                .field("dma32_window_start", SpaprTceInfo.DMA32_WINDOW_START_AT, U32)
                .field("dma32_window_size", SpaprTceInfo.DMA32_WINDOW_SIZE_AT, U32)
                .field("ddw.pgsizes", SpaprTceInfo.PGSIZES_AT, U64)
                .field("ddw.max_dynamic_windows_supported", SpaprTceInfo.MAX_WINDOWS_AT, U32)
                .field("ddw.levels", SpaprTceInfo.LEVELS_AT, U32);
        ours.struct("vfio_iommu_spapr_register_memory", SpaprRegisterMemory.SIZE)
                .field("argsz", SpaprRegisterMemory.ARGSZ_AT, U32)
                .field("flags", SpaprRegisterMemory.FLAGS_AT, U32)
                .field("vaddr", SpaprRegisterMemory.VADDR_AT, U64)
                .field("size", SpaprRegisterMemory.SIZE_AT, U64);
        ours.struct("vfio_iommu_spapr_tce_create", SpaprTceCreate.SIZE)
                .field("argsz", SpaprTceCreate.ARGSZ_AT, U32)
                .field("flags", SpaprTceCreate.FLAGS_AT, U32)
                .field("page_shift", SpaprTceCreate.PAGE_SHIFT_AT, U32)
                .field("window_size", SpaprTceCreate.WINDOW_SIZE_AT, U64)
                .field("levels", SpaprTceCreate.LEVELS_AT, U32)
                .field("start_addr", SpaprTceCreate.START_ADDR_AT, U64);
        ours.struct("vfio_iommu_spapr_tce_remove", SpaprTceRemove.SIZE)
                .field("argsz", SpaprTceRemove.ARGSZ_AT, U32)
                .field("flags", SpaprTceRemove.FLAGS_AT, U32)
                .field("start_addr", SpaprTceRemove.START_ADDR_AT, U64);
    }

    private static void errorHandling(UapiTable ours) {
        ours.number("VFIO_EEH_PE_DISABLE", EehPeOp.DISABLE)
                .number("VFIO_EEH_PE_ENABLE", EehPeOp.ENABLE)
                .number("VFIO_EEH_PE_UNFREEZE_IO", EehPeOp.UNFREEZE_IO)
                .number("VFIO_EEH_PE_UNFREEZE_DMA", EehPeOp.UNFREEZE_DMA)
                .number("VFIO_EEH_PE_GET_STATE", EehPeOp.GET_STATE)
                .number("VFIO_EEH_PE_RESET_DEACTIVATE", EehPeOp.RESET_DEACTIVATE)
                .number("VFIO_EEH_PE_RESET_HOT", EehPeOp.RESET_HOT)
                .number("VFIO_EEH_PE_RESET_FUNDAMENTAL", EehPeOp.RESET_FUNDAMENTAL)
                .number("VFIO_EEH_PE_CONFIGURE", EehPeOp.CONFIGURE)
                .number("VFIO_EEH_PE_STATE_NORMAL", EehPeOp.STATE_NORMAL)
                .number("VFIO_EEH_PE_STATE_RESET", EehPeOp.STATE_RESET)
                .number("VFIO_EEH_PE_STATE_STOPPED", EehPeOp.STATE_STOPPED)
                .number("VFIO_EEH_PE_STATE_STOPPED_DMA", EehPeOp.STATE_STOPPED_DMA)
                .number("VFIO_EEH_PE_STATE_UNAVAIL", EehPeOp.STATE_UNAVAILABLE);
        ours.struct("vfio_eeh_pe_op", EehPeOp.SIZE)
                .field("argsz", EehPeOp.ARGSZ_AT, U32)
                .field("flags", EehPeOp.FLAGS_AT, U32)
                .field("op", EehPeOp.OP_AT, U32)
                .at("err", EehPeOp.ERR_AT);
    }
}
