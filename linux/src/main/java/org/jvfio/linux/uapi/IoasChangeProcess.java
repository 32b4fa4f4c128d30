// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct iommu_ioas_change_process}, the argument of {@code IOMMU_IOAS_CHANGE_PROCESS}: what
 * is pinned counts for the calling process from now on. Since Linux 6.14.
 *
 * <pre>
 *   offset  size  field
 *        0     4  size      size of this struct
 *        4     4  reserved  0
 * </pre>
 *
 * <p>The kernel refuses with {@code EINVAL} unless everything was mapped by {@link IoasMapFile}.
 */
public final class IoasChangeProcess extends Struct {
    /** Bytes of the struct. */
    public static final int SIZE = 8;

    static final int SIZE_AT = 0;

    /** The request. */
    public IoasChangeProcess() {
        super(SIZE);
        bytes.putInt(SIZE_AT, SIZE);
    }
}
