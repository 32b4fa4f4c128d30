// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import org.jvfio.IovaRange;
import org.jvfio.linux.Errno;

/**
 * A device's own log of the pages that it writes ({@code VFIO_DEVICE_FEATURE_DMA_LOGGING_START} and
 * its neighbours).
 *
 * <p>No device of the testbed has one. What is refused is what the kernel's generic code refuses,
 * and the driver of mlx5: a second start, and a report without one.
 */
final class DmaLog {
    private static final int START = 6;
    private static final int STOP = 7;
    private static final int REPORT = 8;
    private static final int CONTROL_SIZE = 24;
    private static final int RANGE_SIZE = 16;
    private static final int REPORT_SIZE = 32;
    private static final int MOST_RANGES = 256;
    private static final int SMALLEST_PAGE = 4096;

    private final WrittenPages pages;
    private final List<IovaRange> ranges = new ArrayList<>();

    DmaLog(long pageSize) {
        this.pages = new WrittenPages(pageSize);
    }

    void addTo(DeviceFeatures features) {
        features.on(START, DeviceFeatures.SET, CONTROL_SIZE, (operation, data) -> start(data))
                .on(STOP, DeviceFeatures.SET, 0, (operation, data) -> stop())
                .on(REPORT, DeviceFeatures.GET, REPORT_SIZE, (operation, data) -> report(data));
    }

    private void start(UserBytes control) {
        long pageSize = control.u64(0);
        long count = control.u32(8);
        Refused.when(count == 0, Errno.EINVAL);
        Refused.when(count > MOST_RANGES, Errno.E2BIG);
        List<IovaRange> wanted = new ArrayList<>();
        UserBytes array = UserBytes.at(control.u64(16), (int) count * RANGE_SIZE);
        for (int i = 0; i < count; i++) {
            IovaRange range =
                    range(array.u64(i * RANGE_SIZE), array.u64(i * RANGE_SIZE + 8), pageSize);
            Refused.when(wanted.stream().anyMatch(range::overlaps), Errno.EINVAL);
            wanted.add(range);
        }
        Refused.when(isOn(), Errno.EINVAL);
        ranges.addAll(wanted);
        pages.track(true);
    }

    private static IovaRange range(long iova, long length, long pageSize) {
        Refused.when(((iova | length) & (pageSize - 1)) != 0, Errno.EINVAL);
        boolean wraps = Long.compareUnsigned(iova + length, iova) < 0;
        Refused.when(wraps, Errno.EOVERFLOW);
        return new IovaRange(iova, iova + length - 1);
    }

    private boolean isOn() {
        return !ranges.isEmpty();
    }

    /** Ends the log, as the last close of the device does; nothing happens where there is none. */
    void stop() {
        ranges.clear();
        pages.track(false);
    }

    private void report(UserBytes question) {
        long iova = question.u64(0);
        long length = question.u64(8);
        long pageSize = question.u64(16);
        boolean odd = Long.bitCount(pageSize) != 1;
        Refused.when(odd || Long.compareUnsigned(pageSize, SMALLEST_PAGE) < 0, Errno.EINVAL);
        Refused.when(Long.compareUnsigned(iova + length, iova) < 0, Errno.EOVERFLOW);
        Refused.when(!isOn(), Errno.EINVAL);
        pages.report(
                new WrittenPages.Question(
                        iova, iova + length - 1, pageSize, question.u64(24), true));
    }

    /** The device wrote there. */
    void written(long iova, long length) {
        for (IovaRange range : ranges) {
            long first = Math.max(iova, range.first());
            long last = Math.min(iova + length - 1, range.last());
            if (first <= last) {
                pages.written(first, last);
            }
        }
    }
}
