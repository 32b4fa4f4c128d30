// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jvfio.linux.Errno;

/**
 * The memory that the process has registered with POWER's IOMMU: one list for all its containers,
 * with nothing in it that overlaps something else.
 */
final class RegisteredRegions {
    private final Machine machine;
    private final UserMemory memory;
    private final PinAccount pins;
    private final long pageSize;
    private final List<Region> regions = new ArrayList<>();

    /** Some memory, the containers that have it registered, and its pages that are mapped. */
    static final class Region {
        private final long vaddr;
        private final long size;
        private int users;
        private long mapped;

        private Region(long vaddr, long size) {
            this.vaddr = vaddr;
            this.size = size;
        }

        private boolean holds(long address, long bytes) {
            return address >= vaddr && address + bytes <= vaddr + size;
        }

        void mapped(int more) {
            mapped += more;
        }
    }

    RegisteredRegions(Machine machine) {
        this.machine = machine;
        this.memory = machine.memory();
        this.pins = machine.pins();
        this.pageSize = machine.pageSize();
    }

    /** Whether it is memory that the process may write; a BAR is no memory. */
    boolean canBePinned(long vaddr, long size) {
        return memory.holds(vaddr, size, true) && !machine.views().reachInto(vaddr, vaddr + size);
    }

    /** The region with exactly this memory. */
    Optional<Region> find(long vaddr, long size) {
        return regions.stream().filter(r -> r.vaddr == vaddr && r.size == size).findFirst();
    }

    /** The region that holds a page, or a part of one. */
    Optional<Region> holding(long address, long bytes) {
        return regions.stream().filter(region -> region.holds(address, bytes)).findFirst();
    }

    /** How many pages from the start are memory that the process may write. */
    int pinnable(long vaddr, long size) {
        long at = 0;
        while (at < size && canBePinned(vaddr + at, pageSize)) {
            at += pageSize;
        }
        return (int) (at / pageSize);
    }

    /** Pins a region that no other overlaps, in the order in which the kernel looks. */
    Region add(long vaddr, long size) {
        Refused.when(size == 0, Errno.ENOMEM);
        pins.charge(PinAccount.Kind.LOCKED, size / pageSize);
        boolean overlaps =
                regions.stream().anyMatch(r -> vaddr < r.vaddr + r.size && r.vaddr < vaddr + size);
        boolean there = canBePinned(vaddr, size);
        if (overlaps || !there) {
            pins.charge(PinAccount.Kind.LOCKED, -size / pageSize);
            throw new Refused(there ? Errno.EINVAL : Errno.EFAULT);
        }
        Region region = new Region(vaddr, size);
        region.users = 1;
        regions.add(region);
        return region;
    }

    void use(Region region) {
        region.users++;
    }

    /** One user less. What is mapped all the same stays pinned for ever, as with Linux 7.3. */
    void leave(Region region) {
        region.users--;
        if (region.users == 0 && region.mapped > 0) {
            region.users = 1;
        } else if (region.users == 0) {
            regions.remove(region);
            pins.charge(PinAccount.Kind.LOCKED, -region.size / pageSize);
        }
    }
}
