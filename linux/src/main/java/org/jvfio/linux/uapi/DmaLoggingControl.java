// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.nio.ByteBuffer;
import java.util.List;
import org.jvfio.IovaRange;

/**
 * {@code struct vfio_device_feature_dma_logging_control}, the data of {@link
 * DeviceFeature#DMA_LOGGING_START}, with an array of {@code struct
 * vfio_device_feature_dma_logging_range} behind it.
 *
 * <pre>
 *   offset  size  field
 *        0     8  page_size   the page to log by; the kernel answers with the device's
 *        8     4  num_ranges
 *       12     4  reserved    0
 *       16     8  ranges      address of the array
 *
 *        0     8  iova        of a range
 *        8     8  length
 * </pre>
 *
 * <p>Linux knows it since 6.1.
 */
public final class DmaLoggingControl {
    /** Bytes of the struct. */
    public static final int SIZE = 24;

    /** Bytes of one range. */
    public static final int RANGE_SIZE = 16;

    static final int PAGE_SIZE_AT = 0;
    static final int NUM_RANGES_AT = 8;
    static final int RANGES_AT = 16;
    static final int IOVA_AT = 0;
    static final int LENGTH_AT = 8;

    private DmaLoggingControl() {}

    /** An order to log writes to {@code ranges}, whole pages of which none overlaps another. */
    public static DeviceFeature start(List<IovaRange> ranges, long pageSize) {
        DeviceFeature order =
                new DeviceFeature(
                        DeviceFeature.DMA_LOGGING_START,
                        DeviceFeature.SET,
                        SIZE + RANGE_SIZE * ranges.size());
        ByteBuffer data = order.data();
        data.putLong(PAGE_SIZE_AT, pageSize);
        data.putInt(NUM_RANGES_AT, ranges.size());
        data.putLong(RANGES_AT, order.address() + DeviceFeature.SIZE + SIZE);
        for (int i = 0; i < ranges.size(); i++) {
            int at = SIZE + RANGE_SIZE * i;
            data.putLong(at + IOVA_AT, ranges.get(i).first());
            data.putLong(at + LENGTH_AT, ranges.get(i).length());
        }
        return order;
    }

    /** An order to log no more. */
    public static DeviceFeature stop() {
        return new DeviceFeature(DeviceFeature.DMA_LOGGING_STOP, DeviceFeature.SET, 0);
    }

    /** The question whether the device can log. */
    public static DeviceFeature probe() {
        return new DeviceFeature(
                DeviceFeature.DMA_LOGGING_START, DeviceFeature.SET | DeviceFeature.PROBE, SIZE);
    }
}
