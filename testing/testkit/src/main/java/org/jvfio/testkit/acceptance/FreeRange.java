// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.acceptance;

import java.util.List;
import org.jvfio.IovaRange;

/** Places for mappings in an empty address space. */
final class FreeRange {
    private FreeRange() {}

    /** The lowest place but null for {@code length} bytes, aligned to its length. */
    static IovaRange of(List<IovaRange> apertures, long length) {
        for (IovaRange aperture : apertures) {
            long first = Math.max(length, (aperture.first() + length - 1) & -length);
            IovaRange range = IovaRange.of(first, length);
            if (aperture.contains(range)) {
                return range;
            }
        }
        throw new IllegalStateException(
                "no room for 0x%x bytes in %s".formatted(length, apertures));
    }

    /** The last {@code length} bytes that the IOMMU translates. */
    static IovaRange top(List<IovaRange> apertures, long length) {
        long last = apertures.get(apertures.size() - 1).last();
        return IovaRange.of(last - length + 1, length);
    }
}
