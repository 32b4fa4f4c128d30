// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jvfio.IovaRange;
import org.jvfio.linux.Errno;

/**
 * An address space of an iommufd.
 *
 * <p>Without page tables it takes anything anywhere, byte by byte, and pins nothing. With some,
 * what is mapped is pinned, and the IOMMU's page size and reserved ranges hold.
 */
final class Ioas extends IommuDomain implements IommufdFile.Member {
    private final Machine machine;
    private final List<PageTables> tables = new ArrayList<>();
    private final ReservedRanges reserved = new ReservedRanges();
    private int id;
    private boolean hugePages = true;

    Ioas(Machine machine) {
        this.machine = machine;
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
    PageTables tables(IommufdFile file) {
        return tables.isEmpty() ? new PageTables(file, this) : tables.get(0);
    }

    boolean active() {
        return !tables.isEmpty();
    }

    /** What addresses and lengths are multiples of. */
    long alignment() {
        return active() || !hugePages ? machine.iommu().granule() : 1;
    }

    /** What can be mapped. */
    List<IovaRange> ranges() {
        return reserved.free();
    }

    /** Keeps a range free of mappings, or refuses if it is not. */
    void reserve(Object owner, IovaRange range) {
        Refused.when(!table().isFree(range.first(), range.last()), Errno.EADDRINUSE);
        reserved.add(owner, range);
    }

    /** Ends what {@link #reserve} did for somebody. */
    void release(Object owner) {
        reserved.release(owner);
    }

    /** Fills page tables with all that is mapped, or refuses and changes nothing. */
    void add(PageTables added) {
        Refused.when(anyOdd(), Errno.EADDRINUSE);
        try {
            machine.iommu().outside().forEach(range -> reserve(added, range));
            if (!active()) {
                pinAll();
            }
        } catch (Refused refused) {
            release(added);
            throw refused;
        }
        tables.add(added);
    }

    /** Empties page tables; with the last ones the memory is given back, and mappings stay. */
    void remove(PageTables removed) {
        tables.remove(removed);
        release(removed);
        if (!active()) {
            unpinAll();
        }
    }

    private boolean anyOdd() {
        long mask = machine.iommu().granule() - 1;
        return table().all().stream().anyMatch(m -> ((m.iova | m.length | m.vaddr) & mask) != 0);
    }

    private void pinAll() {
        try {
            table().all().forEach(this::pin);
        } catch (Refused refused) {
            unpinAll();
            throw refused;
        }
    }

    private void pin(DmaMapping mapping) {
        Refused.when(!mapping.readable && !mapping.writable, Errno.EINVAL);
        memoryOf(mapping).pin(mapping);
    }

    private UserPages memoryOf(DmaMapping mapping) {
        return Objects.requireNonNull(mapping.memory);
    }

    private void unpinAll() {
        table().all().forEach(mapping -> memoryOf(mapping).unpin(mapping));
    }

    boolean hugePages() {
        return hugePages;
    }

    /** Without huge pages mappings can be cut; that cannot be decided with something in tables. */
    void hugePages(boolean on) {
        if (hugePages && !on) {
            Refused.when(active() && table().size() > 0, Errno.EINVAL);
            Refused.when(anyOdd(), Errno.EADDRINUSE);
        }
        hugePages = on;
    }

    /** Maps memory of the process at an address. */
    void map(long iova, long vaddr, long length, boolean read, boolean write) {
        checkLength(vaddr, length);
        checkFree(iova, length);
        map(new UserPages(machine, write), iova, vaddr, length, read, write);
    }

    /** Maps memory of the process where there is room, and answers where. */
    long mapAnywhere(long vaddr, long length, boolean read, boolean write) {
        checkLength(vaddr, length);
        long iova =
                new IovaChoice(table(), ranges(), machine.pageSize(), alignment())
                        .find(vaddr, length);
        map(new UserPages(machine, write), iova, vaddr, length, read, write);
        return iova;
    }

    private void checkLength(long vaddr, long length) {
        Refused.when(Long.compareUnsigned(vaddr + length, vaddr) < 0, Errno.EOVERFLOW);
        Refused.when(length == 0 || (length & (alignment() - 1)) != 0, Errno.EINVAL);
    }

    private void checkFree(long iova, long length) {
        Refused.when((iova & (alignment() - 1)) != 0, Errno.EINVAL);
        long last = iova + length - 1;
        Refused.when(Long.compareUnsigned(last, iova) < 0, Errno.EOVERFLOW);
        Refused.when(reserved.overlap(new IovaRange(iova, last)), Errno.EINVAL);
        Refused.when(!table().isFree(iova, last), Errno.EEXIST);
    }

    private void map(
            UserPages pages, long iova, long vaddr, long length, boolean read, boolean write) {
        Refused.when((vaddr & (alignment() - 1)) != 0, Errno.EINVAL);
        DmaMapping mapping = pages.mapping(iova, length, vaddr, read, write);
        if (active()) {
            pin(mapping);
        }
        table().add(mapping);
    }

    /** Cuts the mapping that reaches beyond {@code last}, if there is one, behind it. */
    void cutBehind(long last) {
        DmaMapping whole = table().at(last);
        if (whole == null || whole.last() == last) {
            return;
        }
        Refused.when(((last + 1) & (alignment() - 1)) != 0, Errno.EINVAL);
        UserPages pages = memoryOf(whole);
        long length = last - whole.iova + 1;
        DmaMapping head =
                pages.mapping(whole.iova, length, whole.vaddr, whole.readable, whole.writable);
        DmaMapping tail =
                pages.mapping(
                        last + 1,
                        whole.length - length,
                        whole.vaddr + length,
                        whole.readable,
                        whole.writable);
        List<DmaMapping> pieces = List.of(head, tail);
        pages.cut(whole, pieces);
        table().remove(whole);
        pieces.forEach(table()::add);
    }

    /** Takes whole mappings away, and says of each how long it was, until one would be cut. */
    void unmap(long iova, long length, LongConsumer unmapped) {
        Refused.when(length == 0, Errno.EINVAL);
        long last = iova + length - 1;
        Refused.when(Long.compareUnsigned(last, iova) < 0, Errno.EOVERFLOW);
        for (DmaMapping mapping : table().overlapping(iova, last)) {
            boolean cut =
                    Long.compareUnsigned(mapping.iova, iova) < 0
                            || Long.compareUnsigned(mapping.last(), last) > 0;
            Refused.when(cut, Errno.ENOENT);
            remove(mapping);
            unmapped.accept(mapping.length);
        }
    }

    /** Takes every mapping away, and answers how many bytes. */
    long unmapAll() {
        long unmapped = 0;
        for (DmaMapping mapping : table().all()) {
            remove(mapping);
            unmapped += mapping.length;
        }
        return unmapped;
    }

    private void remove(DmaMapping mapping) {
        table().remove(mapping);
        memoryOf(mapping).unpin(mapping);
    }

    @Override
    public boolean inUse() {
        return active();
    }

    @Override
    public void destroy() {
        unmapAll();
        machine.untrack(this);
    }
}
