// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct vfio_device_bind_iommufd}, the argument of {@code VFIO_DEVICE_BIND_IOMMUFD}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz      size of this struct
 *        4     4  flags      0
 *        8     4  iommufd    descriptor
 *       12     4  out_devid  the kernel's answer
 * </pre>
 *
 * <p>These are the fields of Linux 6.6. Later kernels take a VF token behind them, which a flag
 * announces.
 */
public final class BindIommufd extends Struct {
    /** Bytes of the struct. */
    public static final int SIZE = 16;

    static final int ARGSZ_AT = 0;
    static final int FLAGS_AT = 4;
    static final int IOMMUFD_AT = 8;
    static final int OUT_DEVID_AT = 12;

    /** A request to bind a device to the open {@code /dev/iommu} with this descriptor. */
    public BindIommufd(int iommufd) {
        super(SIZE);
        bytes.putInt(ARGSZ_AT, SIZE);
        bytes.putInt(IOMMUFD_AT, iommufd);
    }

    /** The descriptor of the open {@code /dev/iommu}. */
    public int iommufd() {
        return bytes.getInt(IOMMUFD_AT);
    }

    /** The device's id among the objects of that file. */
    public int deviceId() {
        return bytes.getInt(OUT_DEVID_AT);
    }
}
