// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.nio.ByteBuffer;
import java.util.List;
import org.jvfio.IovaRange;

/** {@code VFIO_IOMMU_GET_INFO}: what a type 1 IOMMU says of itself. */
final class Type1InfoRequest {
    private static final int FIXED = 16;
    private static final int WHOLE = 24;
    private static final int PGSIZES_AND_CAPS = 3;
    private static final int CAP_IOVA_RANGE = 1;
    private static final int CAP_MIGRATION = 2;
    private static final int CAP_DMA_AVAIL = 3;

    private final IommuUnit unit;
    private final int available;

    Type1InfoRequest(IommuUnit unit, int available) {
        this.unit = unit;
        this.available = available;
    }

    /** Answers as much as there is room for; capabilities all or none. */
    int answer(long argument) {
        UserBytes fixed = UserBytes.sized(argument, FIXED);
        int argsz = (int) Math.min(fixed.u32(0), Integer.MAX_VALUE);
        List<IovaRange> ranges = unit.apertures();
        CapabilityWriter capabilities =
                new CapabilityWriter()
                        .add(CAP_MIGRATION, 1, 24, this::migration)
                        .add(CAP_DMA_AVAIL, 1, 4, body -> body.putInt(available));
        if (unit.present()) {
            capabilities.add(CAP_IOVA_RANGE, 1, 8 + 16 * ranges.size(), this::ranges);
        }
        fixed.u32(4, PGSIZES_AND_CAPS).u64(8, unit.pageSizes());
        int offset = capabilities.write(argument, argsz, WHOLE);
        UserBytes rest = UserBytes.at(argument, Math.min(argsz, WHOLE));
        for (int i = FIXED; i < Math.min(argsz, WHOLE); i++) {
            rest.u8(i, (byte) 0);
        }
        if (offset != 0) {
            rest.u32(FIXED, offset);
        }
        if (argsz < WHOLE + capabilities.size()) {
            fixed.u32(0, WHOLE + capabilities.size());
        }
        return 0;
    }

    private void migration(ByteBuffer body) {
        body.putInt(0).putInt(0).putLong(unit.granule()).putLong(DirtyPages.MOST_BITMAP_BYTES);
    }

    private void ranges(ByteBuffer body) {
        body.putInt(unit.apertures().size()).putInt(0);
        unit.apertures().forEach(range -> body.putLong(range.first()).putLong(range.last()));
    }
}
