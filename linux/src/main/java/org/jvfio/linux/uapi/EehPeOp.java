// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct vfio_eeh_pe_op}, the argument of {@code VFIO_EEH_PE_OP}: error handling of POWER's
 * partitionable endpoints.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz   size of this struct
 *        4     4  flags   0
 *        8     4  op      what to do
 *       16    24  err     for an error that is to be injected, which this has no use for
 * </pre>
 */
public final class EehPeOp extends Struct {
    /** Errors are no longer handled. */
    public static final int DISABLE = 0;

    /** Errors are handled from now on. */
    public static final int ENABLE = 1;

    /** A stopped endpoint's registers can be reached again. */
    public static final int UNFREEZE_IO = 2;

    /** A stopped endpoint can do DMA again. */
    public static final int UNFREEZE_DMA = 3;

    /** What the endpoint is doing: the request's result. */
    public static final int GET_STATE = 4;

    /** A reset that was begun ends. */
    public static final int RESET_DEACTIVATE = 5;

    /** A hot reset begins. */
    public static final int RESET_HOT = 6;

    /** A fundamental reset begins. */
    public static final int RESET_FUNDAMENTAL = 7;

    /** Bridges and functions get their configuration back. */
    public static final int CONFIGURE = 8;

    /** The answer to {@link #GET_STATE}: all is well. */
    public static final int STATE_NORMAL = 0;

    /** The answer to {@link #GET_STATE}: a reset has begun and has not ended. */
    public static final int STATE_RESET = 1;

    /** The answer to {@link #GET_STATE}: registers and DMA are stopped. */
    public static final int STATE_STOPPED = 2;

    /** The answer to {@link #GET_STATE}: DMA is stopped. */
    public static final int STATE_STOPPED_DMA = 4;

    /** The answer to {@link #GET_STATE}: the endpoint is gone, or not to be reached for now. */
    public static final int STATE_UNAVAILABLE = 5;

    /** Bytes of the struct. */
    public static final int SIZE = 40;

    static final int ARGSZ_AT = 0;
    static final int FLAGS_AT = 4;
    static final int OP_AT = 8;
    static final int ERR_AT = 16;

    /** A request to do {@code operation}. */
    public EehPeOp(int operation) {
        super(SIZE);
        bytes.putInt(ARGSZ_AT, SIZE);
        bytes.putInt(OP_AT, operation);
    }
}
