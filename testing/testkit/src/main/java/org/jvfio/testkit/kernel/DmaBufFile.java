// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import org.jvfio.linux.Errno;

/**
 * Parts of a BAR as a file (a dma-buf), for an iommufd to map.
 *
 * <p>When the function stops answering, what is mapped of it is taken away and does not come back.
 * It can be mapped anew as soon as the function answers again; not after it was closed.
 */
final class DmaBufFile extends OpenFile {
    private final BarExports exports;
    private final BarPart first;
    private final long length;
    private final boolean oneRange;
    private final List<UserPages> mapped = new ArrayList<>();
    private boolean dead;

    DmaBufFile(BarExports exports, BarPart first, long length, boolean oneRange) {
        this.exports = exports;
        this.first = first;
        this.length = length;
        this.oneRange = oneRange;
    }

    @Override
    public String description() {
        return "dma-buf";
    }

    /** Refuses what cannot be mapped, or not now. */
    void check(long start, long bytes) {
        boolean inside = start >= 0 && bytes >= 0 && bytes <= length && start <= length - bytes;
        Refused.when(!inside, Errno.EINVAL);
        Refused.when(dead || !first.answers(), Errno.ENODEV);
        Refused.when(!oneRange, Errno.EOPNOTSUPP);
    }

    /** What is behind a place in the file. */
    BarPart at(long start) {
        return first.plus(start);
    }

    void mapped(UserPages pages) {
        mapped.add(pages);
    }

    void unmapped(UserPages pages) {
        mapped.remove(pages);
    }

    /** Takes away what is mapped. */
    void revoke() {
        mapped.forEach(UserPages::revoke);
    }

    /** Takes it away, for good. */
    void end() {
        dead = true;
        revoke();
    }

    @Override
    void release() {
        exports.forget(this);
    }
}
