// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One entry of a {@link CapabilityChain}, as the kernel wrote it.
 *
 * <pre>
 *   offset  size  field
 *        0     2  id       which capability, per kind of struct
 *        2     2  version  of that capability
 *        4     4  next     offset of the next one from the start of the struct; 0 at the end
 *        8     -  payload
 * </pre>
 *
 * <p>The kernel writes no length: the payload reaches to the next entry in memory, or to the end of
 * the struct, and may so include padding. <b>Threads.</b> Immutable.
 */
public final class Capability {
    /** Bytes before the payload. */
    public static final int HEADER_SIZE = 8;

    static final int ID_AT = 0;
    static final int VERSION_AT = 2;
    static final int NEXT_AT = 4;

    private final int id;
    private final int version;
    private final ByteBuffer payload;

    Capability(int id, int version, ByteBuffer payload) {
        this.id = id;
        this.version = version;
        this.payload = payload;
    }

    /** Which capability this is. */
    public int id() {
        return id;
    }

    /** The version of its payload. */
    public int version() {
        return version;
    }

    /** What follows the header: a read-only view from its first byte, in the machine's order. */
    public ByteBuffer payload() {
        return payload.asReadOnlyBuffer().order(ByteOrder.nativeOrder());
    }

    @Override
    public String toString() {
        return "capability %d version %d, %d bytes".formatted(id, version, payload.capacity());
    }
}
