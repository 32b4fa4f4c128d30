// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.util.UUID;
import org.jvfio.linux.Struct;

/**
 * {@code struct vfio_device_bind_iommufd}, the argument of {@code VFIO_DEVICE_BIND_IOMMUFD}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz           size of this struct
 *        4     4  flags           0, or {@link #TOKEN}
 *        8     4  iommufd         descriptor
 *       12     4  out_devid       the kernel's answer
 *       16     8  token_uuid_ptr  with {@link #TOKEN}: where 16 bytes of token are
 * </pre>
 *
 * <p>The first four fields are those of Linux 6.6, and all that is sent without a token. Linux
 * knows the token since 6.18.
 */
public final class BindIommufd extends Struct {
    /** A VF token comes with the request. */
    public static final int TOKEN = 1;

    /** Bytes of the struct without a token. */
    public static final int SIZE = 16;

    /** Bytes of the struct with a token. */
    public static final int SIZE_WITH_TOKEN = 24;

    static final int ARGSZ_AT = 0;
    static final int FLAGS_AT = 4;
    static final int IOMMUFD_AT = 8;
    static final int OUT_DEVID_AT = 12;
    static final int TOKEN_UUID_PTR_AT = 16;

    /** A request to bind a device to the open {@code /dev/iommu} with this descriptor. */
    public BindIommufd(int iommufd) {
        super(SIZE);
        bytes.putInt(ARGSZ_AT, SIZE);
        bytes.putInt(IOMMUFD_AT, iommufd);
    }

    /** The same of a virtual function, with the token of its physical function. */
    public BindIommufd(int iommufd, UUID token) {
        super(SIZE_WITH_TOKEN + VfToken.SIZE);
        bytes.putInt(ARGSZ_AT, SIZE_WITH_TOKEN);
        bytes.putInt(FLAGS_AT, TOKEN);
        bytes.putInt(IOMMUFD_AT, iommufd);
        // The token's bytes stand right behind the struct that points to them.
        bytes.putLong(TOKEN_UUID_PTR_AT, address() + SIZE_WITH_TOKEN);
        bytes.put(SIZE_WITH_TOKEN, VfToken.bytes(token));
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
