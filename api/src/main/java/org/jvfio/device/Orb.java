// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.nio.ByteBuffer;

/**
 * An operation-request block of command mode: what a subchannel is started with.
 *
 * <pre>
 *   word  field
 *      0  interruption parameter, which vfio-ccw replaces by its own
 *      1  control: key, {@link #SUSPEND_CONTROL}, {@link #FORMAT_1}, {@link #PREFETCH} …,
 *         logical-path mask in bits 16 to 23
 *      2  where devices see the first command word; 31 bits
 * </pre>
 *
 * <p>Source: z/Architecture Principles of Operation, chapter 15; {@code orb_area} of {@code struct
 * ccw_io_region}.
 *
 * @param parameter the interruption parameter
 * @param control the second word
 * @param programAddress the third word
 */
public record Orb(int parameter, int control, int programAddress) {
    /** Words with {@link CcwFlag#SUSPEND} suspend the program; without this they are a mistake. */
    public static final int SUSPEND_CONTROL = 1 << 27;

    /** The program's words are of format 1. */
    public static final int FORMAT_1 = 1 << 23;

    /** The channel may fetch words, lists and data before they are needed. */
    public static final int PREFETCH = 1 << 22;

    /** No interrupt tells that the program was suspended. */
    public static final int SUPPRESS_SUSPENDED = 1 << 19;

    /** Transport mode, which vfio-ccw does not do. */
    public static final int TRANSPORT_MODE = 1 << 18;

    /** The words of address lists have 64 bits. */
    public static final int WIDE_ADDRESS_WORDS = 1 << 17;

    /** The words of address lists stand for 2 KiB each; without this for 4 KiB. */
    public static final int SMALL_BLOCKS = 1 << 16;

    /** Any path may be used. */
    public static final int ALL_PATHS = 0xff00;

    /** Bytes of the block. */
    public static final int SIZE = 12;

    /** A request to run a program of format 1 on any path, with prefetching. */
    public static Orb of(int programAddress) {
        return new Orb(0, FORMAT_1 | PREFETCH | WIDE_ADDRESS_WORDS | ALL_PATHS, programAddress);
    }

    /**
     * The block that a guest wrote.
     *
     * @param bytes at least {@link #SIZE} from its position on, which stays
     */
    public static Orb from(ByteBuffer bytes) {
        ByteBuffer words = ChannelWords.at(bytes, SIZE);
        return new Orb(words.getInt(), words.getInt(), words.getInt());
    }

    /** The same with these bits of the second word set. */
    public Orb with(int controls) {
        return new Orb(parameter, control | controls, programAddress);
    }

    /** The same with these bits of the second word clear. */
    public Orb without(int controls) {
        return new Orb(parameter, control & ~controls, programAddress);
    }

    /** Whether all of these bits of the second word are set. */
    public boolean has(int controls) {
        return (control & controls) == controls;
    }

    /** The paths that may be used, one bit each. */
    public int pathMask() {
        return control >>> 8 & 0xff;
    }

    /** The block's bytes, in the order of the channel subsystem. */
    public byte[] bytes() {
        return ByteBuffer.allocate(SIZE)
                .putInt(parameter)
                .putInt(control)
                .putInt(programAddress)
                .array();
    }

    @Override
    public String toString() {
        return "program at 0x%x, control 0x%08x".formatted(programAddress, control);
    }
}
