// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.nio.ByteOrder;
import org.jvfio.linux.Struct;

/**
 * {@code struct ccw_crw_region}: reading it takes the oldest channel report. Since Linux 5.8.
 *
 * <pre>
 *   offset  size  field
 *        0     4  crw  channel report word, big-endian; 0 for none
 *        4     4  pad
 * </pre>
 */
public final class CcwCrwRegion extends Struct {
    /** The region's subtype, of {@link RegionInfo#TYPE_CCW}. */
    public static final int SUBTYPE = 3;

    /** Bytes of the struct. */
    public static final int SIZE = 8;

    static final int CRW_AT = 0;
    static final int PAD_AT = 4;

    /** An empty region, to be read into. */
    public CcwCrwRegion() {
        super(SIZE);
    }

    /** The report, 0 for none. */
    public int report() {
        return bytes.slice(CRW_AT, Integer.BYTES).order(ByteOrder.BIG_ENDIAN).getInt();
    }
}
