// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import org.jvfio.IovaRange;

/** What the machine's IOMMU translates: which addresses, and in pages of which sizes. */
final class IommuUnit {
    /** A write into this window is an interrupt, so nothing can be mapped there. */
    static final IovaRange MSI = new IovaRange(0xfee00000L, 0xfeefffffL);

    private static final IovaRange BITS_48 = new IovaRange(0, 0xffff_ffff_ffffL);
    private static final long HUGE_PAGES = 0x40200000L;

    private final boolean present;
    private final List<IovaRange> translated;
    private final List<IovaRange> apertures;
    private final long pageSizes;

    /** Sizes of pages below that of the machine's pages count as that. */
    private IommuUnit(boolean present, List<IovaRange> translated, long pageSizes, long pageSize) {
        this.present = present;
        this.translated = List.copyOf(translated);
        this.apertures = this.translated.stream().flatMap(r -> without(r, MSI).stream()).toList();
        boolean smaller = (pageSizes & (pageSize - 1)) != 0;
        this.pageSizes = (pageSizes & -pageSize) | (smaller ? pageSize : 0);
    }

    /** Addresses of 48 bits, and huge pages of 2 MiB and 1 GiB. */
    static IommuUnit usual(long pageSize) {
        return new IommuUnit(true, List.of(BITS_48), pageSize | HUGE_PAGES, pageSize);
    }

    /** The same with other addresses. */
    IommuUnit translating(List<IovaRange> ranges) {
        return new IommuUnit(present, ranges, pageSizes, granule());
    }

    /** The same with pages of other sizes. */
    IommuUnit with(long sizes, long pageSize) {
        return new IommuUnit(present, translated, sizes, pageSize);
    }

    /** No IOMMU: devices have addresses of memory, and nothing is kept from them. */
    static IommuUnit none(long pageSize) {
        return new IommuUnit(false, List.of(IovaRange.ALL), -pageSize, pageSize);
    }

    /** Whether there is one. */
    boolean present() {
        return present;
    }

    private static List<IovaRange> without(IovaRange range, IovaRange hole) {
        if (!range.overlaps(hole)) {
            return List.of(range);
        }
        List<IovaRange> left = new ArrayList<>();
        if (Long.compareUnsigned(range.first(), hole.first()) < 0) {
            left.add(new IovaRange(range.first(), hole.first() - 1));
        }
        if (Long.compareUnsigned(range.last(), hole.last()) > 0) {
            left.add(new IovaRange(hole.last() + 1, range.last()));
        }
        return left;
    }

    /** What can be mapped, lowest first: without the window of the interrupts. */
    List<IovaRange> apertures() {
        return apertures;
    }

    /** What the unit does not translate, lowest first. */
    List<IovaRange> outside() {
        List<IovaRange> outside = List.of(IovaRange.ALL);
        for (IovaRange range : translated) {
            outside = outside.stream().flatMap(r -> without(r, range).stream()).toList();
        }
        return outside;
    }

    /** One bit for each size of page. */
    long pageSizes() {
        return pageSizes;
    }

    /** The smallest page, which everything that is mapped is a multiple of. */
    long granule() {
        return Long.lowestOneBit(pageSizes);
    }

    /** Whether one aperture holds the whole range. */
    boolean translates(long first, long last) {
        for (int i = 0; i < apertures.size(); i++) {
            IovaRange aperture = apertures.get(i);
            if (Long.compareUnsigned(first, aperture.first()) >= 0
                    && Long.compareUnsigned(last, aperture.last()) <= 0) {
                return true;
            }
        }
        return false;
    }
}
