// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A subchannel-information block: what Store Subchannel tells.
 *
 * <pre>
 *   offset  size  field
 *        0     4  interruption parameter
 *        4     2  flags   with {@code 0x0080} enabled, {@code 0x0001} device number valid
 *        6     2  device number
 *        8     4  path masks: logical, not operational, last used, installed
 *       12     2  measurement-block index
 *       14     2  path masks: operational, available
 *       16     8  channel paths
 *       28    12  subchannel-status word
 *       40    12  of the model
 * </pre>
 *
 * <p>Source: z/Architecture Principles of Operation, chapter 15; {@code struct ccw_schib_region}.
 * <b>Threads.</b> Immutable.
 */
public final class Schib {
    /** Bytes of the block. */
    public static final int SIZE = 52;

    private static final int FLAGS_AT = 4;
    private static final int DEVICE_AT = 6;
    private static final int LOGICAL_AT = 8;
    private static final int NOT_OPERATIONAL_AT = 9;
    private static final int LAST_USED_AT = 10;
    private static final int INSTALLED_AT = 11;
    private static final int OPERATIONAL_AT = 14;
    private static final int AVAILABLE_AT = 15;
    private static final int PATHS_AT = 16;
    private static final int PATHS = 8;
    private static final int STATUS_AT = 28;
    private static final int ENABLED = 0x80;
    private static final int VALID = 1;

    private final byte[] block;

    private Schib(byte[] block) {
        this.block = block;
    }

    /**
     * The block in a region.
     *
     * @param bytes at least {@link #SIZE} from its position on, which stays
     */
    public static Schib from(ByteBuffer bytes) {
        byte[] block = new byte[SIZE];
        ChannelWords.at(bytes, SIZE).get(block);
        return new Schib(block);
    }

    private int flags() {
        return ByteBuffer.wrap(block).getShort(FLAGS_AT);
    }

    private int mask(int at) {
        return Byte.toUnsignedInt(block[at]);
    }

    /** Whether the subchannel is enabled: it is while the device is open. */
    public boolean enabled() {
        return (flags() & ENABLED) != 0;
    }

    /** The device's number, if there is a device. */
    public OptionalInt deviceNumber() {
        int number = Short.toUnsignedInt(ByteBuffer.wrap(block).getShort(DEVICE_AT));
        return (flags() & VALID) != 0 ? OptionalInt.of(number) : OptionalInt.empty();
    }

    /** The paths that programs may use, one bit each, the first path the highest. */
    public int logicalPaths() {
        return mask(LOGICAL_AT);
    }

    /** The paths that turned out not to be operational. */
    public int notOperationalPaths() {
        return mask(NOT_OPERATIONAL_AT);
    }

    /** The path that was used last. */
    public int lastUsedPaths() {
        return mask(LAST_USED_AT);
    }

    /** The paths that are installed. */
    public int installedPaths() {
        return mask(INSTALLED_AT);
    }

    /** The paths that are not known to be out of order. */
    public int operationalPaths() {
        return mask(OPERATIONAL_AT);
    }

    /** The paths that are available. */
    public int availablePaths() {
        return mask(AVAILABLE_AT);
    }

    /**
     * The identifier of an installed channel path.
     *
     * @param path 0 to 7
     */
    public int channelPath(int path) {
        return mask(PATHS_AT + Objects.checkIndex(path, PATHS));
    }

    /** What the subchannel is at. */
    public Scsw scsw() {
        return Scsw.from(ByteBuffer.wrap(block, STATUS_AT, Scsw.SIZE));
    }

    /** The block's bytes, in the order of the channel subsystem. */
    public byte[] bytes() {
        return block.clone();
    }

    @Override
    public String toString() {
        return "device %04x, paths %02x, %s"
                .formatted(deviceNumber().orElse(0), availablePaths(), scsw());
    }
}
