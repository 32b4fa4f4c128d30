// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.nio.ByteBuffer;

/**
 * {@code struct vfio_bitmap}, which other structs end with: memory for one bit per page.
 *
 * <pre>
 *   offset  size  field
 *        0     8  pgsize  bytes of a page
 *        8     8  size    bytes of the bitmap, a multiple of 8
 *       16     8  data    process address of the bitmap
 * </pre>
 */
final class VfioBitmap {
    /** Bytes of the struct. */
    static final int SIZE = 24;

    static final int PGSIZE_AT = 0;
    static final int SIZE_AT = 8;
    static final int DATA_AT = 16;

    private VfioBitmap() {}

    /** Writes one at {@code at}. */
    static void write(ByteBuffer bytes, int at, long pageSize, long size, long data) {
        bytes.putLong(at + PGSIZE_AT, pageSize);
        bytes.putLong(at + SIZE_AT, size);
        bytes.putLong(at + DATA_AT, data);
    }
}
