// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@code struct vfio_region_info}, the answer of {@code VFIO_DEVICE_GET_REGION_INFO}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz       size of this struct with its capabilities
 *        4     4  flags       {@link #READ} | {@link #WRITE} | {@link #MMAP} | {@link #CAPS}
 *        8     4  index       which region is asked about
 *       12     4  cap_offset  with {@link #CAPS}: of the first capability
 *       16     8  size        bytes; 0 if the device has no such region
 *       24     8  offset      of the region in the device's file
 * </pre>
 *
 * <p>The payloads of the capabilities that are read here:
 *
 * <pre>
 *   {@link #CAP_SPARSE_MMAP}:   0  4  nr_areas    4  4  reserved    8  -  {offset 8, size 8} each
 *   {@link #CAP_TYPE}:          0  4  type        4  4  subtype
 *   {@link #CAP_MSIX_MAPPABLE}: nothing
 * </pre>
 */
public final class RegionInfo extends InfoStruct {
    /** The region can be read. */
    public static final int READ = 1;

    /** The region can be written. */
    public static final int WRITE = 1 << 1;

    /** The region, or the parts that {@link #sparseAreas()} names, can be mapped. */
    public static final int MMAP = 1 << 2;

    /** Capabilities follow. */
    public static final int CAPS = 1 << 3;

    /** Only parts of the region can be mapped. */
    public static final int CAP_SPARSE_MMAP = 1;

    /** What a region is whose index does not say it. */
    public static final int CAP_TYPE = 2;

    /** The MSI-X table within the region can be mapped too. */
    public static final int CAP_MSIX_MAPPABLE = 3;

    /** The type of the regions that only subchannels have. */
    public static final int TYPE_CCW = 2;

    /** Bytes of the struct without capabilities. */
    public static final int SIZE = 32;

    static final int INDEX_AT = 8;
    static final int CAP_OFFSET_AT = 12;
    static final int SIZE_AT = 16;
    static final int OFFSET_AT = 24;

    static final int AREAS_AT = 8;
    static final int AREA_SIZE = 16;
    static final int SUBTYPE_AT = 4;
    private static final int TYPE_PAYLOAD = 8;

    /**
     * A part of a region that can be mapped.
     *
     * @param offset from the start of the region
     * @param size bytes
     */
    public record Area(long offset, long size) {}

    /**
     * What a region is.
     *
     * @param type a kind of the bus driver, or with the top bit set the PCI vendor in the low 16
     * @param subtype within that type
     */
    public record Type(int type, int subtype) {}

    /**
     * A question about the region {@code index} with room for an answer of {@code capacity} bytes,
     * at least {@link #SIZE}.
     */
    public RegionInfo(int index, int capacity) {
        super(capacity, SIZE, CAPS, CAP_OFFSET_AT);
        bytes.putInt(INDEX_AT, index);
    }

    /** Which region this is about. */
    public int index() {
        return bytes.getInt(INDEX_AT);
    }

    /** Bytes of the region, 0 if the device has no such region. */
    public long size() {
        return bytes.getLong(SIZE_AT);
    }

    /** Where the region starts in the device's file. */
    public long offset() {
        return bytes.getLong(OFFSET_AT);
    }

    /**
     * The parts that can be mapped, as far as the kernel's list is whole; empty if the kernel gave
     * no list, and then {@link #MMAP} is about the whole region.
     */
    public Optional<List<Area>> sparseAreas() {
        return capabilities().find(CAP_SPARSE_MMAP, AREAS_AT).map(c -> areas(c.payload()));
    }

    private static List<Area> areas(ByteBuffer payload) {
        int count = CapabilityChain.entries(payload, payload.getInt(0), AREAS_AT, AREA_SIZE);
        return IntStream.range(0, count)
                .map(i -> AREAS_AT + i * AREA_SIZE)
                .mapToObj(at -> new Area(payload.getLong(at), payload.getLong(at + Long.BYTES)))
                .toList();
    }

    /** What the region is, where its index does not say it. */
    public Optional<Type> type() {
        return capabilities()
                .find(CAP_TYPE, TYPE_PAYLOAD)
                .map(Capability::payload)
                .map(payload -> new Type(payload.getInt(0), payload.getInt(SUBTYPE_AT)));
    }

    /** Whether the pages of the MSI-X table can be mapped with the rest. */
    public boolean msixMappable() {
        return capabilities().find(CAP_MSIX_MAPPABLE, 0).isPresent();
    }
}
