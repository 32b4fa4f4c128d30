// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct ccw_cmd_region}: a request to halt or clear a subchannel. Since Linux 5.2.
 *
 * <pre>
 *   offset  size  field
 *        0     4  command   {@link #HALT} or {@link #CLEAR}
 *        4     4  ret_code  of the newest request: 0 or a negated errno, which write answers too
 * </pre>
 */
public final class CcwCmdRegion extends Struct {
    /** {@code VFIO_CCW_ASYNC_CMD_HSCH}. */
    public static final int HALT = 1;

    /** {@code VFIO_CCW_ASYNC_CMD_CSCH}. */
    public static final int CLEAR = 1 << 1;

    /** The region's subtype, of {@link RegionInfo#TYPE_CCW}. */
    public static final int SUBTYPE = 1;

    /** Bytes of the struct. */
    public static final int SIZE = 8;

    static final int COMMAND_AT = 0;
    static final int RET_CODE_AT = 4;

    /** A region that makes this request when it is written. */
    public CcwCmdRegion(int command) {
        super(SIZE);
        bytes.putInt(COMMAND_AT, command);
    }

    /** What the newest request answered: 0 or a negated errno. */
    public int returnCode() {
        return bytes.getInt(RET_CODE_AT);
    }
}
