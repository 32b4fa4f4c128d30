// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The capabilities behind the fixed part of an info struct, in the order of the chain.
 *
 * <p>Reading it never fails. It ends at the first link that cannot be one: outside the struct, into
 * its fixed part, not on a multiple of four, or to where the chain has been before. What was read
 * until then stays. Older kernels put entries on multiples of four, newer ones of eight.
 *
 * <p><b>Threads.</b> Immutable; it keeps no reference to the struct's memory.
 */
public final class CapabilityChain {
    private static final int LINK_ALIGNMENT = 4;

    /** A chain without capabilities. */
    public static final CapabilityChain EMPTY = new CapabilityChain(List.of());

    private final List<Capability> capabilities;

    private CapabilityChain(List<Capability> capabilities) {
        this.capabilities = capabilities;
    }

    /**
     * Reads the chain of a struct.
     *
     * @param struct the whole struct in its byte order, from its first byte to its capacity
     * @param first the offset of the first entry, 0 for none
     * @param fixedSize bytes of the struct that entries cannot be in
     */
    public static CapabilityChain read(ByteBuffer struct, int first, int fixedSize) {
        List<Integer> offsets = new ArrayList<>();
        NavigableSet<Integer> seen = new TreeSet<>();
        int offset = first;
        while (isLink(struct, offset, fixedSize) && seen.add(offset)) {
            offsets.add(offset);
            offset = struct.getInt(offset + Capability.NEXT_AT);
        }
        return new CapabilityChain(
                offsets.stream().map(at -> capability(struct, at, end(struct, seen, at))).toList());
    }

    private static boolean isLink(ByteBuffer struct, int offset, int fixedSize) {
        return offset >= fixedSize
                && offset <= struct.capacity() - Capability.HEADER_SIZE
                && offset % LINK_ALIGNMENT == 0;
    }

    private static int end(ByteBuffer struct, NavigableSet<Integer> offsets, int offset) {
        Integer next = offsets.ceiling(offset + Capability.HEADER_SIZE);
        return next != null ? next : struct.capacity();
    }

    private static Capability capability(ByteBuffer struct, int offset, int end) {
        int start = offset + Capability.HEADER_SIZE;
        ByteBuffer payload = ByteBuffer.allocate(end - start).order(struct.order());
        payload.put(0, struct, start, end - start);
        return new Capability(
                Short.toUnsignedInt(struct.getShort(offset + Capability.ID_AT)),
                Short.toUnsignedInt(struct.getShort(offset + Capability.VERSION_AT)),
                payload);
    }

    /** All capabilities, those without an accessor of their own among them. */
    public List<Capability> all() {
        return capabilities;
    }

    /** The first capability with this id whose payload has at least {@code payloadSize} bytes. */
    public Optional<Capability> find(int id, int payloadSize) {
        return capabilities.stream()
                .filter(c -> c.id() == id && c.payload().capacity() >= payloadSize)
                .findFirst();
    }

    /**
     * How many entries of {@code entrySize} bytes a payload holds, if it claims {@code claimed}.
     */
    static int entries(ByteBuffer payload, int claimed, int entriesAt, int entrySize) {
        int room = (payload.capacity() - entriesAt) / entrySize;
        return (int) Math.min(Integer.toUnsignedLong(claimed), room);
    }

    @Override
    public String toString() {
        return capabilities.toString();
    }
}
