// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct vfio_device_detach_iommufd_pt}, the argument of {@code
 * VFIO_DEVICE_DETACH_IOMMUFD_PT}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz  size of this struct
 *        4     4  flags  0
 * </pre>
 *
 * <p>These are the fields of Linux 6.6.
 */
public final class DetachPt extends Struct {
    /** Bytes of the struct. */
    public static final int SIZE = 8;

    static final int ARGSZ_AT = 0;
    static final int FLAGS_AT = 4;

    /** A request to detach a device from whatever it is attached to. */
    public DetachPt() {
        super(SIZE);
        bytes.putInt(ARGSZ_AT, SIZE);
    }
}
