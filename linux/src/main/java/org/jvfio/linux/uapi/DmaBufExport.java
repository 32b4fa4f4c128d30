// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.nio.ByteBuffer;
import org.jvfio.linux.Fcntl;

/**
 * {@code struct vfio_device_feature_dma_buf} with one range, the data of the feature {@link
 * DeviceFeature#DMA_BUF}: which part of a PCI device's BAR becomes a file that other devices can be
 * given. The request's result is the descriptor. Since Linux 6.19.
 *
 * <pre>
 *   offset  size  field
 *        0     4  region_index
 *        4     4  open_flags    as of {@code open}
 *        8     4  flags         0
 *       12     4  nr_ranges     1: an iommufd takes no more
 *       16     8  offset        into the region; whole pages
 *       24     8  length        whole pages
 * </pre>
 */
public final class DmaBufExport {
    /** Bytes of the struct with one range. */
    public static final int SIZE = 32;

    static final int REGION_INDEX_AT = 0;
    static final int OPEN_FLAGS_AT = 4;
    static final int FLAGS_AT = 8;
    static final int NR_RANGES_AT = 12;
    static final int DMA_RANGES_AT = 16;
    static final int RANGE_OFFSET_AT = 0;
    static final int RANGE_LENGTH_AT = 8;
    static final int RANGE_SIZE = 16;

    private DmaBufExport() {}

    /** A request for a descriptor of a part of a region. */
    public static DeviceFeature of(int region, long offset, long length) {
        DeviceFeature feature = new DeviceFeature(DeviceFeature.DMA_BUF, DeviceFeature.GET, SIZE);
        ByteBuffer data = feature.data();
        data.putInt(REGION_INDEX_AT, region);
        data.putInt(OPEN_FLAGS_AT, Fcntl.O_RDWR | Fcntl.O_CLOEXEC);
        data.putInt(NR_RANGES_AT, 1);
        data.putLong(DMA_RANGES_AT + RANGE_OFFSET_AT, offset);
        data.putLong(DMA_RANGES_AT + RANGE_LENGTH_AT, length);
        return feature;
    }
}
