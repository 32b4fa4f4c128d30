// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

/**
 * A channel report word: something happened to a channel path of a subchannel.
 *
 * <p>Source: z/Architecture Principles of Operation, chapter 17; {@code struct ccw_crw_region}.
 *
 * @param word as the channel subsystem has it
 */
public record Crw(int word) {
    /** {@link #source} of a report about a subchannel. */
    public static final int SUBCHANNEL = 3;

    /** {@link #source} of a report about a channel path. */
    public static final int CHANNEL_PATH = 4;

    /** {@link #recovery}: it is there. */
    public static final int AVAILABLE = 1;

    /** {@link #recovery}: it is there, as after a reset. */
    public static final int INITIALIZED = 2;

    /** {@link #recovery}: it is gone, and nobody asked for that. */
    public static final int PERMANENT_ERROR = 6;

    /** Whether the report answers a request. */
    public boolean solicited() {
        return (word & 1 << 30) != 0;
    }

    /** Whether reports were lost before this one. */
    public boolean overflow() {
        return (word & 1 << 29) != 0;
    }

    /** Whether the next report belongs to this one. */
    public boolean chained() {
        return (word & 1 << 28) != 0;
    }

    /** What the report is about: {@link #SUBCHANNEL}, {@link #CHANNEL_PATH}. */
    public int source() {
        return word >>> 24 & 0xf;
    }

    /** What happened: {@link #AVAILABLE}, {@link #INITIALIZED}, {@link #PERMANENT_ERROR}. */
    public int recovery() {
        return word >>> 16 & 0x3f;
    }

    /** Which one the report is about: the number of a subchannel or of a channel path. */
    public int sourceId() {
        return word & 0xffff;
    }

    @Override
    public String toString() {
        return "source %d (0x%x), recovery %d".formatted(source(), sourceId(), recovery());
    }
}
