// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.nio.ByteBuffer;
import org.jvfio.linux.Struct;

/**
 * {@code struct ccw_io_region}: a start of a channel program, and what interrupts told.
 *
 * <pre>
 *   offset  size  field
 *        0    12  orb_area   operation-request block, big-endian
 *       12    12  scsw_area  subchannel-status word; of what is written the function alone counts
 *       24    96  irb_area   interruption-response block of the newest interrupt, big-endian
 *      120     4  ret_code   of the newest request: 0 or a negated errno, which write answers too
 * </pre>
 *
 * <p>Whatever is written, be it a byte, is a request: a start is written at once and alone, without
 * the block of an interrupt that was not read yet.
 */
public final class CcwIoRegion extends Struct {
    /** Bytes of the struct. */
    public static final int SIZE = 124;

    /** Bytes that a start writes. */
    public static final int REQUEST_SIZE = 24;

    static final int ORB_AT = 0;
    static final int SCSW_AT = 12;
    static final int IRB_AT = 24;
    static final int RET_CODE_AT = 120;
    static final int IRB_SIZE = 96;

    /** The start function in a subchannel-status word. */
    private static final byte START = 0x40;

    private static final int FUNCTION_AT = SCSW_AT + 2;

    /** An empty region, to be read into. */
    public CcwIoRegion() {
        super(SIZE);
    }

    /**
     * A region that starts a program when it is written.
     *
     * @param orb its bytes, 12 of them
     */
    public CcwIoRegion(byte[] orb) {
        super(SIZE);
        bytes.put(ORB_AT, orb, 0, SCSW_AT);
        bytes.put(FUNCTION_AT, START);
    }

    /** The block of the newest interrupt. */
    public ByteBuffer irb() {
        return bytes.slice(IRB_AT, IRB_SIZE);
    }

    /** What the newest request answered: 0 or a negated errno. */
    public int returnCode() {
        return bytes.getInt(RET_CODE_AT);
    }
}
