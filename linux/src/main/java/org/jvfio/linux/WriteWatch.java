// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.nio.ByteBuffer;

/**
 * Sees what is written to a region through its file, before and after: for a bus whose devices have
 * registers that matter to others.
 *
 * <p>The bytes are {@code count} of {@code bytes} from {@code at} on, and only to be looked at.
 * <b>Threads.</b> One write at a time. Neither method writes to the region.
 */
public interface WriteWatch {
    /** The bytes are about to be written at {@code offset}; what this throws keeps them from it. */
    void writing(long offset, ByteBuffer bytes, int at, int count);

    /** They were written, or the kernel refused to: then {@code count} is 0. */
    void written(long offset, ByteBuffer bytes, int at, int count);
}
