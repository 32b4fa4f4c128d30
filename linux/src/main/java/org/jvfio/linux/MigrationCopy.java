// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import org.jvfio.device.MigrationData;

/** Copies the state of a device to or from somebody's channel, with one buffer. */
final class MigrationCopy {
    private static final int BLOCK = 1 << 20;

    private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
    private long bytes;

    /** How many bytes were copied. */
    long bytes() {
        return bytes;
    }

    /** Copies until there is nothing more for now, or as much as there was to begin with. */
    void saveForNow(MigrationData data, WritableByteChannel target) throws IOException {
        MigrationData.PreCopy known = data.preCopy();
        long enough = bytes + known.initialBytes() + known.dirtyBytes();
        while (Long.compareUnsigned(bytes, enough) < 0 && saveBlock(data, target) > 0) {
            // The rest is read when the device is stopped.
        }
    }

    /** Copies to the end of the state of a stopped device. */
    void save(MigrationData data, WritableByteChannel target) throws IOException {
        int read = 0;
        while (read >= 0) {
            read = saveBlock(data, target);
        }
    }

    private int saveBlock(MigrationData data, WritableByteChannel target) throws IOException {
        int read = data.read(block.clear());
        block.flip();
        while (block.hasRemaining()) {
            target.write(block);
        }
        bytes += Math.max(0, read);
        return read;
    }

    /** Copies to the end of {@code source}. */
    void resume(MigrationData data, ReadableByteChannel source) throws IOException {
        while (source.read(block.clear()) >= 0) {
            block.flip();
            bytes += block.remaining();
            while (block.hasRemaining()) {
                data.write(block);
            }
        }
    }
}
