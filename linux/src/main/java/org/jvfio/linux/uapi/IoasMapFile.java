// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct iommu_ioas_map_file}, the argument of {@code IOMMU_IOAS_MAP_FILE}: lets devices
 * reach a file of memory, whether the process maps it or not. Since Linux 6.13.
 *
 * <pre>
 *   offset  size  field
 *        0     4  size     size of this struct
 *        4     4  flags    those of {@link IoasMap}
 *        8     4  ioas_id
 *       12     4  fd       descriptor of a memfd
 *       16     8  start    bytes into the file
 *       24     8  length   bytes
 *       32     8  iova     without {@link IoasMap#FIXED_IOVA} the kernel answers it
 * </pre>
 *
 * <p>Made once and set again for each request.
 */
public final class IoasMapFile extends Struct {
    /** Bytes of the struct. */
    public static final int SIZE = 40;

    static final int SIZE_AT = 0;
    static final int FLAGS_AT = 4;
    static final int IOAS_ID_AT = 8;
    static final int FD_AT = 12;
    static final int START_AT = 16;
    static final int LENGTH_AT = 24;
    static final int IOVA_AT = 32;

    /** A mapping of nothing yet. */
    public IoasMapFile() {
        super(SIZE);
        bytes.putInt(SIZE_AT, SIZE);
    }

    /** Says which part of which file to map. */
    public IoasMapFile from(int fd, long start, long length) {
        bytes.putInt(FD_AT, fd);
        bytes.putLong(START_AT, start);
        bytes.putLong(LENGTH_AT, length);
        return this;
    }

    /** Says where to, and with which {@link IoasMap#flags}. */
    public IoasMapFile to(int ioas, long iova, int flags) {
        bytes.putInt(IOAS_ID_AT, ioas);
        bytes.putLong(IOVA_AT, iova);
        bytes.putInt(FLAGS_AT, flags);
        return this;
    }

    /** The device address: asked for, or after the request chosen by the kernel. */
    public long iova() {
        return bytes.getLong(IOVA_AT);
    }
}
