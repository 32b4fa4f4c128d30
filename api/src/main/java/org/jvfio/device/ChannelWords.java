// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Control blocks of the channel subsystem as bytes: big-endian, whatever this machine is. */
final class ChannelWords {
    private ChannelWords() {}

    /** The first {@code size} bytes from the position of {@code bytes} on, which stays. */
    static ByteBuffer at(ByteBuffer bytes, int size) {
        if (bytes.remaining() < size) {
            throw new IllegalArgumentException(
                    "%d bytes where there must be %d".formatted(bytes.remaining(), size));
        }
        return bytes.slice(bytes.position(), size).order(ByteOrder.BIG_ENDIAN);
    }
}
