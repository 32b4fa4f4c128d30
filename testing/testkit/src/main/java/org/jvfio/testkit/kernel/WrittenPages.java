// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.List;
import java.util.TreeSet;
import org.jvfio.linux.Errno;

/** The pages that devices wrote through one set of page tables, while somebody wants to know. */
final class WrittenPages {
    private final long pageSize;
    private final TreeSet<Long> pages = new TreeSet<>(Long::compareUnsigned);
    private boolean tracking;

    WrittenPages(long pageSize) {
        this.pageSize = pageSize;
    }

    /** Begins with no dirty pages, or ends and keeps what there is. */
    void track(boolean on) {
        tracking = on;
        if (on) {
            pages.clear();
        }
    }

    void written(long first, long last) {
        for (long page = first & -pageSize; tracking; page += pageSize) {
            pages.add(page);
            if ((last & -pageSize) == page) {
                return;
            }
        }
    }

    void clear(long first, long last) {
        pages.subSet(first & -pageSize, true, last, true).clear();
    }

    /** A question for a bitmap, in which bit 0 is for {@code first}. */
    record Question(long first, long last, long granule, long bitmap, boolean clear) {}

    /**
     * Sets a bit for each granule with a dirty page, and clears none.
     *
     * <p>As in Linux, only what is mapped without a hole from the first address on is looked at.
     */
    void report(Question question, List<DmaMapping> mapped) {
        long next = question.first();
        for (DmaMapping mapping : mapped) {
            if (Long.compareUnsigned(mapping.iova, next) > 0) {
                return;
            }
            boolean lastOne = Long.compareUnsigned(mapping.last(), question.last()) >= 0;
            long last = lastOne ? question.last() : mapping.last();
            report(question, next, last);
            next = last + 1;
        }
    }

    /** The same whatever is mapped. */
    void report(Question question) {
        report(question, question.first(), question.last());
    }

    private void report(Question question, long first, long last) {
        for (long page : List.copyOf(pages.subSet(first & -pageSize, true, last, true))) {
            mark(question, page);
        }
        if (question.clear()) {
            clear(first, last);
        }
    }

    private void mark(Question question, long page) {
        for (long at = page; at < page + pageSize; at += question.granule()) {
            long bit = (at - question.first()) / question.granule();
            long address = question.bitmap() + bit / Byte.SIZE;
            if (UserBytes.plausible(address, 1)) {
                UserBytes bytes = UserBytes.at(address, 1);
                bytes.u8(0, (byte) (bytes.u8(0) | 1 << bit % Byte.SIZE));
            }
        }
    }

    /** Checks a question as Linux does: the ends, and not whether a granule is a power of two. */
    static void check(long first, long length, long granule, long alignment) {
        Refused.when(length == 0 || granule == 0, Errno.EINVAL);
        long last = first + length - 1;
        Refused.when(Long.compareUnsigned(last, first) < 0, Errno.EOVERFLOW);
        long odd = (first | last + 1) & (alignment - 1 | granule - 1);
        Refused.when(odd != 0, Errno.EINVAL);
    }
}
