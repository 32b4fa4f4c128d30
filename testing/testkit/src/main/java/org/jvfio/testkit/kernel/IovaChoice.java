// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.List;
import org.jvfio.IovaRange;
import org.jvfio.linux.Errno;

/**
 * How the kernel chooses an address: the lowest free one with the alignment that the memory has,
 * never in the first page or the last.
 *
 * @param table what is mapped already
 * @param allowed where it may be, lowest first
 * @param alignment what every address is a multiple of
 */
record IovaChoice(PageTable table, List<IovaRange> allowed, long pageSize, long alignment) {
    private static final long HUGE_PAGE = 2 << 20;

    /** Finds a place for memory at {@code vaddr}. */
    long find(long vaddr, long length) {
        Refused.when(Long.compareUnsigned(length, Long.MAX_VALUE) >= 0, Errno.EOVERFLOW);
        long step = step(vaddr, length);
        Refused.when(step < alignment, Errno.EINVAL);
        long within = vaddr & (pageSize - 1);
        for (IovaRange range : allowed) {
            long from = range.first() == 0 ? pageSize : range.first();
            long last = range.last() == -1 ? -1 - pageSize : range.last();
            for (DmaMapping used : table.overlapping(from, last)) {
                long at = aligned(from, step) + within;
                if (fits(at, length, used.iova - 1) && used.iova != 0) {
                    return at;
                }
                from = used.last() + 1;
            }
            long at = aligned(from, step) + within;
            if (fits(at, length, last)) {
                return at;
            }
        }
        throw new Refused(Errno.ENOSPC);
    }

    private static long step(long vaddr, long length) {
        long step = powerOfTwo(length);
        if (vaddr != 0) {
            step = Math.min(step, Long.lowestOneBit(vaddr));
        }
        return Math.min(step, HUGE_PAGE);
    }

    private static long powerOfTwo(long length) {
        long highest = Long.highestOneBit(length);
        return highest == length ? length : highest << 1;
    }

    private static long aligned(long at, long step) {
        return (at + step - 1) & -step;
    }

    private static boolean fits(long first, long length, long last) {
        return Long.compareUnsigned(first, last) < 0
                && Long.compareUnsigned(last - first, length - 1) >= 0;
    }
}
