// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.List;
import org.jvfio.spi.Teardown;

/**
 * Memory that its user keeps registered with the page tables of an address space.
 *
 * <p><b>Threads.</b> Not safe: the address space's lock guards it.
 */
final class MemoryHolds {
    private final List<Container> containers;
    private final long hostPageSize;
    private final List<Hold> holds = new ArrayList<>();

    /** Some memory; each is one of its own. */
    static final class Hold {
        private final long vaddr;
        private final long length;

        private Hold(long vaddr, long length) {
            this.vaddr = vaddr;
            this.length = length;
        }

        long vaddr() {
            return vaddr;
        }

        long length() {
            return length;
        }
    }

    MemoryHolds(List<Container> containers, long hostPageSize) {
        this.containers = containers;
        this.hostPageSize = hostPageSize;
    }

    /** Registers memory in all page tables, or in none. */
    Hold add(long vaddr, long length) {
        check(vaddr, length);
        for (int i = 0; i < containers.size(); i++) {
            try {
                containers.get(i).hold(vaddr, length);
            } catch (RuntimeException refused) {
                for (Container earlier : containers.subList(0, i)) {
                    Teardown.after(refused, () -> earlier.release(vaddr, length));
                }
                throw refused;
            }
        }
        Hold hold = new Hold(vaddr, length);
        holds.add(hold);
        return hold;
    }

    private void check(long vaddr, long length) {
        if (vaddr < 0 || length <= 0 || vaddr + length < 0) {
            throw new IllegalArgumentException(
                    "0x%x bytes at vaddr 0x%x: not memory of this process"
                            .formatted(length, vaddr));
        }
        if (((vaddr | length) & hostPageSize - 1) != 0) {
            throw new IllegalArgumentException(
                    "0x%x bytes at vaddr 0x%x: not whole pages of 0x%x bytes"
                            .formatted(length, vaddr, hostPageSize));
        }
    }

    /** Takes memory back; nothing happens if that was done. */
    void remove(Hold hold) {
        if (holds.remove(hold)) {
            for (Container container : containers) {
                container.release(hold.vaddr(), hold.length());
            }
        }
    }

    /** Registers with new page tables what is registered with the others. */
    void joined(Container container) {
        holds.forEach(hold -> container.hold(hold.vaddr(), hold.length()));
    }
}
