// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.nio.ByteBuffer;

/**
 * {@code struct vfio_device_feature_dma_logging_report}, the data of {@link
 * DeviceFeature#DMA_LOGGING_REPORT}.
 *
 * <pre>
 *   offset  size  field
 *        0     8  iova       device address of bit 0
 *        8     8  length     bytes
 *       16     8  page_size  bytes that a bit stands for, a power of two and at least 4096
 *       24     8  bitmap     address of the bitmap
 * </pre>
 *
 * <p>The kernel sets bits and clears none of the bitmap's. Made once and set again for each report.
 */
public final class DmaLoggingReport {
    /** Bytes of the struct. */
    public static final int SIZE = 32;

    static final int IOVA_AT = 0;
    static final int LENGTH_AT = 8;
    static final int PAGE_SIZE_AT = 16;
    static final int BITMAP_AT = 24;

    private final DeviceFeature question =
            new DeviceFeature(DeviceFeature.DMA_LOGGING_REPORT, DeviceFeature.GET, SIZE);
    private final ByteBuffer data = question.data();

    /** A question about nothing yet. */
    public DmaLoggingReport() {}

    /** The question about these addresses, and where the bitmap is. */
    public DeviceFeature of(long iova, long length, long pageSize, long bitmap) {
        data.putLong(IOVA_AT, iova);
        data.putLong(LENGTH_AT, length);
        data.putLong(PAGE_SIZE_AT, pageSize);
        data.putLong(BITMAP_AT, bitmap);
        return question;
    }
}
