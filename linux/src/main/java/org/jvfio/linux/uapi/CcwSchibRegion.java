// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.nio.ByteBuffer;
import org.jvfio.linux.Struct;

/**
 * {@code struct ccw_schib_region}: reading it stores the subchannel. Since Linux 5.8.
 *
 * <pre>
 *   offset  size  field
 *        0    52  schib_area  subchannel-information block, big-endian
 * </pre>
 */
public final class CcwSchibRegion extends Struct {
    /** The region's subtype, of {@link RegionInfo#TYPE_CCW}. */
    public static final int SUBTYPE = 2;

    /** Bytes of the struct. */
    public static final int SIZE = 52;

    static final int SCHIB_AT = 0;

    /** An empty region, to be read into. */
    public CcwSchibRegion() {
        super(SIZE);
    }

    /** The block. */
    public ByteBuffer schib() {
        return bytes.slice(SCHIB_AT, SIZE);
    }
}
