// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.nio.ByteBuffer;

/**
 * An interruption-response block: what an I/O interrupt tells.
 *
 * <pre>
 *   offset  size  field
 *        0    12  subchannel-status word
 *       12    20  extended status word
 *       32    32  extended control word: sense data
 *       64    32  extended measurement word
 * </pre>
 *
 * <p>Source: z/Architecture Principles of Operation, chapter 16; {@code irb_area} of {@code struct
 * ccw_io_region}. <b>Threads.</b> Immutable.
 */
public final class Irb {
    /** Bytes of the block. */
    public static final int SIZE = 96;

    private static final int REPORT_AT = 16;
    private static final int CONTROL_AT = 32;
    private static final int CONTROL_SIZE = 32;
    private static final int CONCURRENT_SENSE = 1 << 24;
    private static final int SENSE_COUNT_SHIFT = 16;
    private static final int SENSE_COUNT_MASK = 0x3f;

    private final byte[] block;

    private Irb(byte[] block) {
        this.block = block;
    }

    /**
     * The block in a region.
     *
     * @param bytes at least {@link #SIZE} from its position on, which stays
     */
    public static Irb from(ByteBuffer bytes) {
        byte[] block = new byte[SIZE];
        ChannelWords.at(bytes, SIZE).get(block);
        return new Irb(block);
    }

    /** The subchannel-status word. */
    public Scsw scsw() {
        return Scsw.from(ByteBuffer.wrap(block));
    }

    /**
     * The sense data that came with a unit check; none if none came, and a Sense command asks for
     * them. Where the block does not say how many bytes there are, as QEMU's do not, all 32.
     */
    public byte[] sense() {
        int report = ByteBuffer.wrap(block).getInt(REPORT_AT);
        if (!scsw().extendedControl() || (report & CONCURRENT_SENSE) == 0) {
            return new byte[0];
        }
        int count = report >>> SENSE_COUNT_SHIFT & SENSE_COUNT_MASK;
        byte[] sense = new byte[count == 0 ? CONTROL_SIZE : Math.min(count, CONTROL_SIZE)];
        System.arraycopy(block, CONTROL_AT, sense, 0, sense.length);
        return sense;
    }

    /** The block's bytes, in the order of the channel subsystem: what a VMM gives its guest. */
    public byte[] bytes() {
        return block.clone();
    }

    @Override
    public String toString() {
        return scsw().toString();
    }
}
