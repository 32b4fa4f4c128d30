// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct vfio_device_attach_iommufd_pt}, the argument of {@code
 * VFIO_DEVICE_ATTACH_IOMMUFD_PT}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz  size of this struct
 *        4     4  flags  0
 *        8     4  pt_id  an IOAS or page table; the kernel answers which page table it used
 * </pre>
 *
 * <p>These are the fields of Linux 6.6.
 */
public final class AttachPt extends Struct {
    /** Bytes of the struct. */
    public static final int SIZE = 12;

    static final int ARGSZ_AT = 0;
    static final int FLAGS_AT = 4;
    static final int PT_ID_AT = 8;

    /** A request to attach a device to this IOAS or page table. */
    public AttachPt(int pageTableId) {
        super(SIZE);
        bytes.putInt(ARGSZ_AT, SIZE);
        bytes.putInt(PT_ID_AT, pageTableId);
    }

    /** The IOAS or page table that was asked for; after the request, the one in use. */
    public int pageTableId() {
        return bytes.getInt(PT_ID_AT);
    }
}
