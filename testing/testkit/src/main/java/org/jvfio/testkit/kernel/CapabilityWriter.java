// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A chain of capabilities behind an info struct, each at a multiple of eight.
 *
 * <pre>
 *   offset  size  field
 *        0     2  id
 *        2     2  version
 *        4     4  next     offset from the start of the struct, 0 for the last
 * </pre>
 */
final class CapabilityWriter {
    private static final int HEADER = 8;

    private record Capability(int id, int version, ByteBuffer body) {}

    private final List<Capability> chain = new ArrayList<>();
    private int size;

    CapabilityWriter add(int id, int version, int bodySize, Consumer<ByteBuffer> body) {
        int padded = (bodySize + 7) & ~7;
        ByteBuffer bytes = ByteBuffer.allocate(padded).order(ByteOrder.nativeOrder());
        body.accept(bytes);
        chain.add(new Capability(id, version, bytes));
        size += HEADER + padded;
        return this;
    }

    int size() {
        return size;
    }

    /**
     * Writes the chain behind the struct, if the caller left room for it.
     *
     * @param argsz how much room the caller says there is
     * @return the offset of the first capability, or 0
     */
    int write(long struct, int argsz, int structSize) {
        if (chain.isEmpty() || argsz < structSize + size) {
            return 0;
        }
        UserBytes target = UserBytes.at(struct, structSize + size);
        int at = structSize;
        for (Capability capability : chain) {
            int end = at + HEADER + capability.body().capacity();
            target.u16(at, capability.id()).u16(at + 2, capability.version());
            target.u32(at + 4, end == structSize + size ? 0 : end);
            target.bytes(at + HEADER, capability.body().array());
            at = end;
        }
        return structSize;
    }
}
