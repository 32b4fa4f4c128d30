// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.DeviceFeature;
import org.jvfio.testkit.device.Bar;

/** The dma-bufs of a function: {@code VFIO_DEVICE_FEATURE_DMA_BUF}. */
final class BarExports {
    private static final int FIXED = 16;
    private static final int RANGE = 16;
    private static final int BARS = 6;
    private static final int MOST_RANGES = 1 << 12;

    private final PciFunction function;
    private final List<DmaBufFile> files = new ArrayList<>();

    BarExports(PciFunction function) {
        this.function = function;
    }

    void addTo(DeviceFeatures features) {
        features.answering(DeviceFeature.DMA_BUF, DeviceFeatures.GET, FIXED, this::export);
    }

    private int export(int operation, UserBytes data) {
        long ranges = data.u32(12);
        Refused.when(ranges == 0 || ranges > MOST_RANGES || data.u32(8) != 0, Errno.EINVAL);
        Bar bar = bar(data.u32(0));
        UserBytes all = data.extended(FIXED + RANGE * (int) ranges);
        long length = 0;
        for (int i = 0; i < ranges; i++) {
            long offset = all.u64(FIXED + RANGE * i);
            long bytes = all.u64(FIXED + RANGE * i + Long.BYTES);
            check(bar, offset, bytes);
            length += bytes;
        }
        BarPart first = new BarPart(function, bar, all.u64(FIXED));
        DmaBufFile file = new DmaBufFile(this, first, length, ranges == 1);
        int descriptor = function.machine().descriptors().add(file);
        files.add(file);
        return descriptor;
    }

    private Bar bar(long index) {
        @Nullable Bar bar = index < BARS ? function.bar((int) index) : null;
        if (bar == null) {
            throw new Refused(Errno.ENODEV);
        }
        return bar;
    }

    private void check(Bar bar, long offset, long bytes) {
        long mask = function.machine().pageSize() - 1;
        Refused.when(bytes == 0 || ((offset | bytes) & mask) != 0 || bar.ports(), Errno.EINVAL);
        boolean wraps = Long.compareUnsigned(offset + bytes, offset) < 0;
        Refused.when(wraps, Errno.EOVERFLOW);
        boolean beyond = Long.compareUnsigned(offset + bytes, bar.size()) > 0;
        Refused.when(beyond, Errno.EINVAL);
    }

    /** Takes from other devices what they have of the function. */
    void revoke() {
        files.forEach(DmaBufFile::revoke);
    }

    /** Ends the files: the function is closed. */
    void end() {
        files.forEach(DmaBufFile::end);
        files.clear();
    }

    void forget(DmaBufFile file) {
        files.remove(file);
    }
}
