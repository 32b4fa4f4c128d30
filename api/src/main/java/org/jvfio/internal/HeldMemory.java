// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import org.jvfio.RegisteredMemory;

/** Memory that an address space keeps registered, with its lock. */
final class HeldMemory implements RegisteredMemory {
    private final IommuAddressSpace space;
    private final MemoryHolds.Hold hold;

    HeldMemory(IommuAddressSpace space, MemoryHolds.Hold hold) {
        this.space = space;
        this.hold = hold;
    }

    @Override
    public long vaddr() {
        return hold.vaddr();
    }

    @Override
    public long size() {
        return hold.length();
    }

    @Override
    public void close() {
        space.release(hold);
    }

    @Override
    public String toString() {
        return "0x%x bytes at vaddr 0x%x of %s".formatted(size(), vaddr(), space);
    }
}
