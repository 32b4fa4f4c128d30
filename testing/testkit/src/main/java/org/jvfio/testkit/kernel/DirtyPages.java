// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import org.jvfio.linux.Errno;

/** The tracking of dirty pages in a type 1 IOMMU of version 2. */
final class DirtyPages {
    static final int MOST_BITMAP_BYTES = 256 << 20;

    private static final int START = 1;
    private static final int STOP = 2;
    private static final int GET_BITMAP = 4;
    private static final int HEADER = 8;
    private static final int GET_SIZE = HEADER + 40;

    private final PageTable table;
    private final long granule;
    private boolean tracking;

    /** A bitmap that the caller has room for: {@code struct vfio_bitmap}. */
    record Bitmap(long pageSize, long size, long address) {
        static Bitmap at(UserBytes bytes, int offset) {
            return new Bitmap(bytes.u64(offset), bytes.u64(offset + 8), bytes.u64(offset + 16));
        }
    }

    DirtyPages(PageTable table, long granule) {
        this.table = table;
        this.granule = granule;
    }

    /** {@code VFIO_IOMMU_DIRTY_PAGES}. */
    int answer(long argument) {
        UserBytes header = UserBytes.sized(argument, HEADER);
        switch (header.i32(4)) {
            case START -> start();
            case STOP -> stop();
            case GET_BITMAP -> {
                Refused.when(header.u32(0) < GET_SIZE, Errno.EINVAL);
                get(UserBytes.at(argument, GET_SIZE));
            }
            default -> throw new Refused(Errno.EINVAL);
        }
        return 0;
    }

    private void start() {
        if (!tracking) {
            tracking = true;
            table.all().forEach(this::added);
        }
    }

    private void stop() {
        tracking = false;
        table.all().forEach(mapping -> mapping.dirty = null);
    }

    /** Tracks a mapping, if any are. */
    void added(DmaMapping mapping) {
        if (tracking) {
            mapping.dirty = new DirtyBits(mapping.length / granule);
        }
    }

    private void get(UserBytes range) {
        long iova = range.u64(8);
        long size = range.u64(16);
        Bitmap bitmap = Bitmap.at(range, 24);
        boolean wraps = size != 0 && Long.compareUnsigned(iova + size - 1, iova) < 0;
        Refused.when(wraps, Errno.EOVERFLOW);
        check(bitmap, size);
        Refused.when((iova & (granule - 1)) != 0, Errno.EINVAL);
        checkTracking(bitmap);
        long last = iova + size - 1;
        table.refuseToCut(iova, last);
        table.overlapping(iova, last).forEach(mapping -> report(mapping, iova, bitmap));
    }

    /** Refuses a bitmap that is not the process's, or not as long as the range takes. */
    void check(Bitmap bitmap, long size) {
        boolean foreign = bitmap.address() < 0 || bitmap.address() + bitmap.size() < 0;
        Refused.when(foreign || size == 0 || (size & (granule - 1)) != 0, Errno.EINVAL);
        Refused.when(Long.compareUnsigned(bitmap.size(), MOST_BITMAP_BYTES) > 0, Errno.EINVAL);
        long needed = ((size / granule + Long.SIZE - 1) >>> 6) * Long.BYTES;
        Refused.when(size < 0 || bitmap.size() < needed, Errno.EINVAL);
    }

    /** Refuses a bitmap of other pages than are tracked. */
    void checkTracking(Bitmap bitmap) {
        Refused.when(!tracking || bitmap.pageSize() != granule, Errno.EINVAL);
    }

    /** Writes a mapping's pages into a bitmap that begins at {@code iova}. */
    void report(DmaMapping mapping, long iova, Bitmap bitmap) {
        if (mapping.dirty != null) {
            mapping.dirty.report(bitmap.address(), (mapping.iova - iova) / granule);
        }
    }
}
