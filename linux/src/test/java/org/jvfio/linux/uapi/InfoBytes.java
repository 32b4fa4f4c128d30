// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.nio.ByteBuffer;
import org.jvfio.linux.ProcessMemory;
import org.jvfio.linux.Struct;

/** Writes an answer into a struct as a kernel would: through its address. */
final class InfoBytes {
    private final ByteBuffer bytes;

    InfoBytes(Struct struct) {
        this.bytes = ProcessMemory.view(struct.address(), struct.capacity());
    }

    ByteBuffer bytes() {
        return bytes;
    }

    InfoBytes u32(int offset, int value) {
        bytes.putInt(offset, value);
        return this;
    }

    InfoBytes u64(int offset, long value) {
        bytes.putLong(offset, value);
        return this;
    }

    InfoBytes capability(int offset, int id, int version, int next) {
        bytes.putShort(offset, (short) id);
        bytes.putShort(offset + 2, (short) version);
        return u32(offset + 4, next);
    }
}
