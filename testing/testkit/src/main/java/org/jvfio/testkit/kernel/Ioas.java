// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.jvfio.IovaRange;
import org.jvfio.linux.Errno;

/**
 * An address space of an iommufd.
 *
 * <p>Without a device it takes anything anywhere, byte by byte, and pins nothing. With one, what is
 * mapped is pinned, and the IOMMU's page size and reserved ranges hold.
 */
final class Ioas extends IommuDomain implements IommufdFile.Member {
    static final int FIXED = 1;
    static final int WRITEABLE = 2;
    static final int READABLE = 4;

    private static final long HUGE_PAGE = 2 << 20;

    private final IommufdFile file;
    private final Machine machine;
    private int id;
    private @Nullable PageTables tables;

    Ioas(IommufdFile file) {
        this.file = file;
        this.machine = file.machine();
    }

    void named(int number) {
        id = number;
    }

    int id() {
        return id;
    }

    @Override
    public String description() {
        return IommufdFile.PATH + " IOAS " + id;
    }

    /** The page tables that devices of this IOAS share, new ones if there are none yet. */
    PageTables tables() {
        return tables != null ? tables : new PageTables(file, this);
    }

    private boolean active() {
        return tables != null;
    }

    private long alignment() {
        return active() ? machine.pageSize() : 1;
    }

    private List<IovaRange> allowed() {
        return active()
                ? List.of(
                        new IovaRange(0, Machine.MSI_FIRST - 1),
                        new IovaRange(Machine.MSI_LAST + 1, Machine.APERTURE_LAST))
                : List.of(IovaRange.ALL);
    }

    /** Pins what is mapped, all or nothing, and holds it against the IOMMU's rules. */
    void activate(PageTables first) {
        long mask = machine.pageSize() - 1;
        tables = first;
        try {
            for (DmaMapping mapping : table().all()) {
                boolean odd = ((mapping.iova | mapping.length | mapping.vaddr) & mask) != 0;
                Refused.when(odd || !translates(mapping), Errno.EADDRINUSE);
            }
            table().all().forEach(m -> machine.pins().pin(m, PinAccount.Kind.PINNED));
        } catch (Refused refused) {
            deactivate();
            throw refused;
        }
    }

    /** Gives the memory back; the mappings stay. */
    void deactivate() {
        table().all().forEach(machine.pins()::unpin);
        tables = null;
    }

    private boolean translates(DmaMapping mapping) {
        IovaRange range = new IovaRange(mapping.iova, mapping.last());
        return allowed().stream().anyMatch(allowed -> allowed.contains(range));
    }

    /** {@code IOMMU_IOAS_IOVA_RANGES}. */
    int ranges(UserBytes argument) {
        List<IovaRange> ranges = allowed();
        long room = argument.u32(8);
        for (int i = 0; i < ranges.size() && i < room; i++) {
            UserBytes entry = UserBytes.at(argument.u64(16) + i * 16L, 16);
            entry.u64(0, ranges.get(i).first()).u64(8, ranges.get(i).last());
        }
        argument.u32(8, ranges.size()).u64(24, alignment());
        Refused.when(ranges.size() > room, Errno.EMSGSIZE);
        return 0;
    }

    /** {@code IOMMU_IOAS_MAP}: answers where. */
    long map(UserBytes argument) {
        int flags = argument.i32(4);
        long vaddr = argument.u64(16);
        long length = argument.u64(24);
        boolean wraps = Long.compareUnsigned(vaddr + length, vaddr) < 0;
        Refused.when(wraps, Errno.EOVERFLOW);
        Refused.when(length == 0 || (length & (alignment() - 1)) != 0, Errno.EINVAL);
        boolean fixed = (flags & FIXED) != 0;
        long iova = fixed ? checked(argument.u64(32), length) : chosen(vaddr, length);
        Refused.when((vaddr & (alignment() - 1)) != 0, Errno.EINVAL);
        boolean write = (flags & WRITEABLE) != 0;
        DmaMapping mapping = new DmaMapping(iova, length, vaddr, (flags & READABLE) != 0, write);
        if (active()) {
            machine.pins().pin(mapping, PinAccount.Kind.PINNED);
        }
        table().add(mapping);
        return iova;
    }

    private long checked(long iova, long length) {
        Refused.when((iova & (alignment() - 1)) != 0, Errno.EINVAL);
        long last = iova + length - 1;
        Refused.when(Long.compareUnsigned(last, iova) < 0, Errno.EOVERFLOW);
        IovaRange range = new IovaRange(iova, last);
        boolean inside = allowed().stream().anyMatch(allowed -> allowed.contains(range));
        Refused.when(!inside, Errno.EINVAL);
        Refused.when(!table().overlapping(iova, last).isEmpty(), Errno.EEXIST);
        return iova;
    }

    /** Finds the lowest free place with the alignment that the memory has, never at page 0. */
    private long chosen(long vaddr, long length) {
        Refused.when(Long.compareUnsigned(length, Long.MAX_VALUE) >= 0, Errno.EOVERFLOW);
        long alignment = powerOfTwo(length);
        if (vaddr != 0) {
            alignment = Math.min(alignment, Long.lowestOneBit(vaddr));
        }
        alignment = Math.min(alignment, HUGE_PAGE);
        Refused.when(alignment < alignment(), Errno.EINVAL);
        long within = vaddr & (machine.pageSize() - 1);
        for (IovaRange allowed : allowed()) {
            long from = allowed.first() == 0 ? machine.pageSize() : allowed.first();
            long last = allowed.last() == -1 ? -1 - machine.pageSize() : allowed.last();
            for (DmaMapping used : table().overlapping(from, last)) {
                long at = aligned(from, alignment) + within;
                if (fits(at, length, used.iova - 1) && used.iova != 0) {
                    return at;
                }
                from = used.last() + 1;
            }
            long at = aligned(from, alignment) + within;
            if (fits(at, length, last)) {
                return at;
            }
        }
        throw new Refused(Errno.ENOSPC);
    }

    private static long powerOfTwo(long length) {
        long highest = Long.highestOneBit(length);
        return highest == length ? length : highest << 1;
    }

    private static long aligned(long at, long alignment) {
        return (at + alignment - 1) & -alignment;
    }

    private static boolean fits(long first, long length, long last) {
        return Long.compareUnsigned(first, last) < 0
                && Long.compareUnsigned(last - first, length - 1) >= 0;
    }

    /** {@code IOMMU_IOAS_UNMAP}: answers how many bytes. */
    long unmap(long iova, long length) {
        boolean all = iova == 0 && length == -1;
        Refused.when(!all && (iova == -1 || length == -1), Errno.EOVERFLOW);
        Refused.when(length == 0, Errno.EINVAL);
        long last = all ? -1 : iova + length - 1;
        Refused.when(Long.compareUnsigned(last, iova) < 0, Errno.EOVERFLOW);
        long unmapped = 0;
        for (DmaMapping mapping : table().overlapping(iova, last)) {
            boolean cut =
                    Long.compareUnsigned(mapping.iova, iova) < 0
                            || Long.compareUnsigned(mapping.last(), last) > 0;
            Refused.when(cut, Errno.ENOENT);
            table().remove(mapping);
            machine.pins().unpin(mapping);
            unmapped += mapping.length;
        }
        Refused.when(unmapped == 0 && !all, Errno.ENOENT);
        return unmapped;
    }

    @Override
    public boolean inUse() {
        return active();
    }

    @Override
    public void destroy() {
        unmap(0, -1);
        machine.untrack(this);
    }
}
