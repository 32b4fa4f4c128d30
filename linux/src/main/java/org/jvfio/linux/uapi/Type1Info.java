// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jvfio.IovaRange;

/**
 * {@code struct vfio_iommu_type1_info}, the answer of {@code VFIO_IOMMU_GET_INFO}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz         size of this struct with its capabilities
 *        4     4  flags         {@link #PGSIZES} | {@link #CAPS}
 *        8     8  iova_pgsizes  with {@link #PGSIZES}: one bit for each size of page
 *       16     4  cap_offset    with {@link #CAPS}: of the first capability
 *       20     4  pad           0
 * </pre>
 *
 * <p>The payloads of the capabilities that are read here:
 *
 * <pre>
 *   {@link #CAP_IOVA_RANGE}: 0  4  nr_iovas  4  4  reserved  8  -  {start 8, end 8} each, inclusive
 *   {@link #CAP_MIGRATION}:  0  4  flags     4  4  padding   8  8  pgsize_bitmap
 *                                                          16  8  max_dirty_bitmap_size
 *   {@link #CAP_DMA_AVAIL}:  0  4  avail
 * </pre>
 */
public final class Type1Info extends InfoStruct {
    /** {@link #pageSizes()} is valid. */
    public static final int PGSIZES = 1;

    /** Capabilities follow. */
    public static final int CAPS = 1 << 1;

    /** Which device addresses can be mapped. */
    public static final int CAP_IOVA_RANGE = 1;

    /** Which pages devices wrote to can be tracked. */
    public static final int CAP_MIGRATION = 2;

    /** How many more mappings there can be. */
    public static final int CAP_DMA_AVAIL = 3;

    /** Bytes of the struct without capabilities. */
    public static final int SIZE = 24;

    static final int IOVA_PGSIZES_AT = 8;
    static final int CAP_OFFSET_AT = 16;

    static final int RANGES_AT = 8;
    static final int PGSIZE_BITMAP_AT = 8;
    static final int MAX_DIRTY_BITMAP_SIZE_AT = 16;
    private static final int MIGRATION_PAYLOAD = 24;

    /**
     * How dirty pages can be tracked.
     *
     * @param flags none are defined
     * @param pageSizes one bit for each size of page that tracking knows
     * @param maxBitmapSize the longest bitmap of one request, in bytes
     */
    public record Migration(int flags, long pageSizes, long maxBitmapSize) {}

    /** A question with room for an answer of {@code capacity} bytes, at least {@link #SIZE}. */
    public Type1Info(int capacity) {
        super(capacity, SIZE, CAPS, CAP_OFFSET_AT);
    }

    /** One bit for each size of page that the IOMMU has; 0 if the kernel does not say. */
    public long pageSizes() {
        return (flags() & PGSIZES) != 0 ? bytes.getLong(IOVA_PGSIZES_AT) : 0;
    }

    /** The device addresses that can be mapped; empty if the kernel does not say. */
    public Optional<List<IovaRange>> iovaRanges() {
        return capabilities()
                .find(CAP_IOVA_RANGE, RANGES_AT)
                .map(Capability::payload)
                .map(p -> IovaRanges.read(p, RANGES_AT, count(p)));
    }

    private static int count(ByteBuffer ranges) {
        return CapabilityChain.entries(ranges, ranges.getInt(0), RANGES_AT, IovaRanges.SIZE);
    }

    /** How dirty pages can be tracked; empty if they cannot. */
    public Optional<Migration> migration() {
        return capabilities()
                .find(CAP_MIGRATION, MIGRATION_PAYLOAD)
                .map(Capability::payload)
                .map(Type1Info::migration);
    }

    private static Migration migration(ByteBuffer payload) {
        return new Migration(
                payload.getInt(0),
                payload.getLong(PGSIZE_BITMAP_AT),
                payload.getLong(MAX_DIRTY_BITMAP_SIZE_AT));
    }

    /** How many more mappings the container takes now; empty if the kernel does not say. */
    public OptionalLong dmaAvailable() {
        return capabilities().find(CAP_DMA_AVAIL, Integer.BYTES).stream()
                .mapToLong(c -> Integer.toUnsignedLong(c.payload().getInt(0)))
                .findFirst();
    }
}
