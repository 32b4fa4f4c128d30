// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import static org.jvfio.linux.uapi.UapiTable.U32;

/** What we believe of {@code linux/vfio_ccw.h}. */
final class CcwTables {
    private CcwTables() {}

    static void regions(UapiTable ours) {
        ours.struct("ccw_io_region", CcwIoRegion.SIZE)
                .field("orb_area", CcwIoRegion.ORB_AT, CcwIoRegion.SCSW_AT)
                .field("scsw_area", CcwIoRegion.SCSW_AT, CcwIoRegion.IRB_AT - CcwIoRegion.SCSW_AT)
                .field("irb_area", CcwIoRegion.IRB_AT, CcwIoRegion.IRB_SIZE)
                .field("ret_code", CcwIoRegion.RET_CODE_AT, U32);
        ours.struct("ccw_cmd_region", CcwCmdRegion.SIZE)
                .field("command", CcwCmdRegion.COMMAND_AT, U32)
                .field("ret_code", CcwCmdRegion.RET_CODE_AT, U32);
        ours.struct("ccw_schib_region", CcwSchibRegion.SIZE)
                .field("schib_area", CcwSchibRegion.SCHIB_AT, CcwSchibRegion.SIZE);
        ours.struct("ccw_crw_region", CcwCrwRegion.SIZE)
                .field("crw", CcwCrwRegion.CRW_AT, U32)
                .field("pad", CcwCrwRegion.PAD_AT, U32);
        ours.number("VFIO_CCW_ASYNC_CMD_HSCH", CcwCmdRegion.HALT)
                .number("VFIO_CCW_ASYNC_CMD_CSCH", CcwCmdRegion.CLEAR)
                .number("VFIO_REGION_TYPE_CCW", RegionInfo.TYPE_CCW)
                .number("VFIO_REGION_SUBTYPE_CCW_ASYNC_CMD", CcwCmdRegion.SUBTYPE)
                .number("VFIO_REGION_SUBTYPE_CCW_SCHIB", CcwSchibRegion.SUBTYPE)
                .number("VFIO_REGION_SUBTYPE_CCW_CRW", CcwCrwRegion.SUBTYPE);
    }
}
