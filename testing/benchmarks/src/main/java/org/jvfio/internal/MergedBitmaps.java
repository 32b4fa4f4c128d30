// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.nio.ByteBuffer;

/** The way into {@link DirtyWords} for a benchmark. */
public final class MergedBitmaps {
    private MergedBitmaps() {}

    /** Merges all whole words of one bitmap into another. */
    public static void merge(ByteBuffer from, ByteBuffer to) {
        DirtyWords.merge(from, 0, to, 0, 0, (long) from.capacity() * Byte.SIZE);
    }
}
