// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

/**
 * What a word of a channel program wants besides its command.
 *
 * <p>Chaining and indirect addressing are not among them: {@link ChannelProgram} sets those where
 * they belong.
 */
public enum CcwFlag {
    /** Another length of data than the word's is no mistake. */
    SUPPRESS_LENGTH(0x20),
    /** What the device sends is thrown away. */
    SKIP(0x10),
    /** An interrupt tells that the word was reached. */
    INTERRUPT(0x08),
    /** The program is suspended before this word; see {@link Orb#SUSPEND_CONTROL}. */
    SUSPEND(0x02);

    private final int bit;

    CcwFlag(int bit) {
        this.bit = bit;
    }

    /** The flag's bit in a word of format 1. */
    public int bit() {
        return bit;
    }
}
