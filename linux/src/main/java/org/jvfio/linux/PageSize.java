// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** How large this machine's memory pages are: 4096 bytes on most, up to 65536 on some. */
final class PageSize {
    /** {@code AT_PAGESZ} of {@code linux/auxvec.h}. */
    private static final long PAGE_SIZE_ENTRY = 6;

    /** In bytes. */
    static final int OF_THIS_MACHINE = measure();

    private PageSize() {}

    /** Looks it up among the pairs of type and value that the kernel gave this process. */
    private static int measure() {
        try {
            LongBuffer pairs =
                    ByteBuffer.wrap(Files.readAllBytes(Path.of("/proc/self/auxv")))
                            .order(ByteOrder.nativeOrder())
                            .asLongBuffer();
            while (pairs.remaining() >= 2) {
                if (pairs.get() == PAGE_SIZE_ENTRY) {
                    return Math.toIntExact(pairs.get());
                }
                pairs.get();
            }
            throw new IllegalStateException("/proc/self/auxv does not tell the page size");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(
                    "/proc/self/auxv, for the page size: is /proc mounted?", unreadable);
        }
    }
}
