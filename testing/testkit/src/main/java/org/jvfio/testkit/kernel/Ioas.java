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
    private int accesses;
    private boolean hugePages = true;
    private List<IovaRange> preferred = List.of();

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
        return tables.stream()
                .filter(PageTables::isAutomatic)
                .findFirst()
                .orElseGet(() -> PageTables.automatic(file, this));
    }

    boolean active() {
        return !tables.isEmpty();
    }

    /** What addresses and lengths are multiples of. */
    long alignment() {
        boolean byPages = active() || accesses > 0 || !hugePages;
        return byPages ? machine.iommu().granule() : 1;
    }

    /** Lets a driver look memory up that is mapped here. */
    void access() {
        Refused.when(anyOdd(), Errno.EADDRINUSE);
        accesses++;
    }

    /** Ends what {@link #access} did. */
    void unaccess() {
        accesses--;
    }

    /** What can be mapped. */
    List<IovaRange> ranges() {
        return reserved.free();
    }

    /** Keeps a range free of mappings, or refuses if it is not. */
    void reserve(Object owner, IovaRange range) {
        boolean promised = preferred.stream().anyMatch(range::overlaps);
        boolean used = !table().isFree(range.first(), range.last());
        Refused.when(used || promised, Errno.EADDRINUSE);
        reserved.add(owner, range);
    }

    /** Ends what {@link #reserve} did for somebody. */
    void release(Object owner) {
        reserved.release(owner);
    }

    /** Lets addresses be chosen from some ranges alone, and keeps these; from anywhere if empty. */
    void prefer(List<IovaRange> ranges) {
        for (int i = 0; i < ranges.size(); i++) {
            boolean twice = ranges.subList(0, i).stream().anyMatch(ranges.get(i)::overlaps);
            Refused.when(twice, Errno.EINVAL);
        }
        Refused.when(ranges.stream().anyMatch(reserved::overlap), Errno.EADDRINUSE);
        preferred =
                ranges.stream()
                        .sorted((a, b) -> Long.compareUnsigned(a.first(), b.first()))
                        .toList();
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
            table().all().forEach(mapping -> memoryOf(mapping).pin(mapping));
        } catch (Refused refused) {
            unpinAll();
            throw refused;
        }
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

    /** Maps memory at an address. */
    void map(long iova, List<MemoryPart> parts, boolean read, boolean write) {
        long length = checkedLength(parts);
        Refused.when((iova & (alignment() - 1)) != 0, Errno.EINVAL);
        long last = iova + length - 1;
        Refused.when(Long.compareUnsigned(last, iova) < 0, Errno.EOVERFLOW);
        Refused.when(reserved.overlap(new IovaRange(iova, last)), Errno.EINVAL);
        Refused.when(!table().isFree(iova, last), Errno.EEXIST);
        add(iova, parts, read, write);
    }

    /** Maps memory where there is room, and answers where. */
    long mapAnywhere(List<MemoryPart> parts, boolean read, boolean write) {
        long length = checkedLength(parts);
        List<IovaRange> allowed = preferred.isEmpty() ? ranges() : preferred;
        IovaChoice choice = new IovaChoice(table(), allowed, machine.pageSize(), alignment());
        long iova = choice.find(parts.get(0).start(), length);
        add(iova, parts, read, write);
        return iova;
    }

    private long checkedLength(List<MemoryPart> parts) {
        long length = parts.stream().mapToLong(MemoryPart::length).sum();
        Refused.when(length == 0 || (length & (alignment() - 1)) != 0, Errno.EINVAL);
        return length;
    }

    /** Adds one mapping for each part, or refuses and adds none. */
    private void add(long iova, List<MemoryPart> parts, boolean read, boolean write) {
        long next = iova;
        try {
            for (MemoryPart part : parts) {
                Refused.when((part.start() & (alignment() - 1)) != 0, Errno.EINVAL);
                add(part.mapping(next, read, write), part.pages());
                next += part.length();
            }
        } catch (Refused refused) {
            if (next != iova) {
                table().overlapping(iova, next - 1).forEach(this::remove);
            }
            throw refused;
        }
    }

    private void add(DmaMapping mapping, UserPages pages) {
        try {
            if (active()) {
                pages.pin(mapping);
            }
        } catch (Refused refused) {
            pages.remove(mapping);
            throw refused;
        }
        table().add(mapping);
    }

    /** The memory behind a range, all of which must be mapped. */
    List<MemoryPart> parts(long iova, long length) {
        Refused.when(length == 0, Errno.EINVAL);
        long last = iova + length - 1;
        Refused.when(Long.compareUnsigned(last, iova) < 0, Errno.EOVERFLOW);
        List<MemoryPart> parts = new ArrayList<>();
        long next = iova;
        for (DmaMapping mapping : table().overlapping(iova, last)) {
            Refused.when(Long.compareUnsigned(mapping.iova, next) > 0, Errno.ENOENT);
            boolean lastOne = Long.compareUnsigned(mapping.last(), last) >= 0;
            long end = lastOne ? last : mapping.last();
            long vaddr = mapping.vaddr + (next - mapping.iova);
            UserPages pages = memoryOf(mapping);
            parts.add(new MemoryPart(pages, vaddr, end - next + 1, pages.start(vaddr)));
            next = end + 1;
        }
        Refused.when(next != last + 1, Errno.ENOENT);
        return parts;
    }

    /** Whether memory of the process itself is mapped, rather than of files. */
    boolean showsProcess() {
        return table().all().stream().anyMatch(mapping -> !memoryOf(mapping).ofFile());
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
        memoryOf(mapping).remove(mapping);
        tables.forEach(each -> each.emptied(mapping.iova, mapping.last()));
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
