// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.jvfio.Access;
import org.jvfio.DmaLimits;
import org.jvfio.Host;
import org.jvfio.IommuProperties;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;
import org.jvfio.MemoryFile;
import org.jvfio.VfioException;
import org.jvfio.internal.MappingTable.Owner;
import org.jvfio.spi.PeerRegion;
import org.jvfio.spi.Teardown;

/**
 * What is mapped in an address space, and the containers whose page tables are kept equal to it.
 *
 * <p>A change is made in every container or in none: where a later one refuses, it is taken back in
 * the earlier ones.
 *
 * <p><b>Threads.</b> Not safe: the address space's lock guards it.
 */
final class PageTables {
    private static final System.Logger LOG = System.getLogger(PeerMappings.class.getName());

    private final MappingTable table = new MappingTable();
    private final IovaAllocator allocator = new IovaAllocator();
    private final ArrayList<Container> containers = new ArrayList<>();
    private final long hostPageSize;
    private final PeerMappings peers;
    private final WindowBook windows;
    private final MemoryHolds holds;
    private List<IovaRange> apertures = List.of(IovaRange.ALL);
    private long pageSize;
    private @Nullable DirtyBook dirt;

    PageTables(int hostPageSize) {
        this(hostPageSize, Runnable::run);
    }

    /**
     * Nothing mapped, for no device.
     *
     * @param locked runs something with the address space's lock
     */
    PageTables(int hostPageSize, Consumer<Runnable> locked) {
        this.peers = new PeerMappings(containers, locked, LOG);
        this.windows = new WindowBook(containers, hostPageSize);
        this.holds = new MemoryHolds(containers, hostPageSize);
        this.hostPageSize = hostPageSize;
        this.pageSize = hostPageSize;
    }

    List<Container> containers() {
        return List.copyOf(containers);
    }

    List<IovaRange> apertures() {
        return apertures;
    }

    long pageSize() {
        return pageSize;
    }

    List<Mapping> mappings() {
        return table.all();
    }

    DmaLimits limits() {
        return DmaAccounts.of(containers).limits(table.size(), mappingsLeft());
    }

    /** How many mappings there are. */
    int size() {
        return table.size();
    }

    /** How many mappings the kernel takes altogether, where it says so. */
    OptionalInt mostMappings() {
        OptionalInt left = mappingsLeft();
        return left.isPresent() ? OptionalInt.of(size() + left.getAsInt()) : left;
    }

    private OptionalInt mappingsLeft() {
        OptionalInt least = OptionalInt.empty();
        for (Container container : containers) {
            OptionalInt left = container.tables().mappingsLeft();
            if (least.isEmpty() || (left.isPresent() && left.getAsInt() < least.getAsInt())) {
                least = left;
            }
        }
        return least;
    }

    IommuProperties properties() {
        long pageSizes = -hostPageSize;
        boolean bypasses = false;
        for (Container container : containers) {
            pageSizes &= container.tables().pageSizes();
            bypasses |= container.tables().nestingParentBypassesReadOnly();
        }
        // Nobody else's smallest page may be among the sizes of an IOMMU that names one alone.
        long common = (pageSizes & -pageSize) | pageSize;
        return new IommuProperties(apertures, common, Apertures.addressBits(apertures), bypasses);
    }

    void map(IovaRange range, long vaddr, Access access) {
        map(range, vaddr, access, null, Owner.CALLER);
    }

    /** Maps memory that, where {@code file} says so, is a file's as well. */
    void map(IovaRange range, long vaddr, Access access, @Nullable MemoryFile file, Owner owner) {
        if (!Apertures.contain(apertures, range) && windows.makeFor(range, vaddr)) {
            refresh();
        }
        try {
            check(range, vaddr);
            mapInAll(range, vaddr, access, file);
        } catch (RuntimeException refused) {
            throw Teardown.after(refused, this::abandon);
        }
        windows.keep();
        table.add(range, vaddr, access, file, owner);
    }

    private void mapInAll(IovaRange range, long vaddr, Access access, @Nullable MemoryFile file) {
        for (int i = 0; i < containers.size(); i++) {
            try {
                containers.get(i).map(range, vaddr, access, file);
            } catch (VfioException refused) {
                throw takeBack(refused, i, range);
            }
        }
    }

    private VfioException takeBack(VfioException refused, int reached, IovaRange range) {
        for (int i = 0; i < reached; i++) {
            Container earlier = containers.get(i);
            Teardown.after(refused, () -> earlier.tables().unmap(range));
        }
        return refused;
    }

    /** Gives devices a part of a BAR; that a container refuses it is part of the result. */
    Peer mapPeer(IovaRange range, PeerRegion region, long offset, Access access) {
        if (((range.first() | range.last() + 1 | offset) & hostPageSize - 1) != 0) {
            throw new IllegalArgumentException(
                    "%s to 0x%x in the BAR: not whole pages of 0x%x bytes"
                            .formatted(range, offset, hostPageSize));
        }
        checkFree(range);
        return peers.map(range, region, offset, access);
    }

    /** Takes a BAR away again; nothing happens if it has gone by itself. */
    void unmapPeer(Peer peer) {
        peers.close(peer);
    }

    /** Forgets the BARs: the address space is closed, and no device is left. */
    void forgetPeers() {
        peers.clear();
    }

    long unmap(IovaRange range) {
        checkAligned(range);
        if (!table.isOneMapping(range)) {
            checkWhole(range);
            if (isFree(range)) {
                return 0;
            }
        }
        long unmapped = 0;
        for (int i = 0; i < containers.size(); i++) {
            try {
                unmapped = unmap(containers.get(i), range);
            } catch (VfioException refused) {
                throw putBack(refused, i, range);
            }
        }
        long remembered = table.remove(range);
        peers.unmapped(range);
        return containers.isEmpty() ? remembered : unmapped;
    }

    long unmapAll() {
        long unmapped = 0;
        for (int i = 0; i < containers.size(); i++) {
            try {
                unmapped = unmapAll(containers.get(i));
            } catch (VfioException refused) {
                throw putBack(refused, i, IovaRange.ALL);
            }
        }
        long remembered = table.remove(IovaRange.ALL);
        peers.unmapped(IovaRange.ALL);
        return containers.isEmpty() ? remembered : unmapped;
    }

    private long unmap(Container container, IovaRange range) {
        return dirt == null
                ? container.tables().unmap(range)
                : unmapNoting(dirt, container, range, () -> container.tables().unmap(range));
    }

    private long unmapAll(Container container) {
        return dirt == null
                ? container.tables().unmapAll()
                : unmapNoting(dirt, container, IovaRange.ALL, container.tables()::unmapAll);
    }

    /** Unmaps memory, whose dirty pages are kept, and the BARs beside it, which have none. */
    private long unmapNoting(
            DirtyBook book, Container container, IovaRange range, LongSupplier unmapRest) {
        long memory = book.unmap(container, range);
        if (peers.isFree(range)) {
            return memory;
        }
        try {
            return memory + unmapRest.getAsLong();
        } catch (VfioException refused) {
            throw Teardown.after(refused, () -> replay(table.within(range), container));
        }
    }

    private VfioException putBack(VfioException refused, int reached, IovaRange range) {
        List<Mapping> lost = table.within(range);
        for (int i = 0; i < reached; i++) {
            Container earlier = containers.get(i);
            Teardown.after(refused, () -> replay(lost, earlier));
            peers.restore(earlier, range);
        }
        return refused;
    }

    /**
     * A free range for {@code bytes}, with room for whole pages of host and IOMMU.
     *
     * <p>{@link #taken} or {@link #abandon} must follow: a window may have been made for it.
     */
    IovaRange choose(long bytes, IovaRange within) {
        long alignment = Math.max(pageSize, hostPageSize);
        long length = Math.addExact(bytes, alignment - 1) & -alignment;
        Optional<IovaRange> found = find(within, length, alignment);
        if (found.isEmpty() && windows.makeRoom(length, within)) {
            refresh();
            found = find(within, length, alignment);
        }
        if (found.isEmpty()) {
            abandon();
            throw new VfioException(
                    "address space",
                    "allocate",
                    "no free run of 0x%x bytes in %s within the apertures %s"
                            .formatted(length, within, apertures));
        }
        return found.get();
    }

    private Optional<IovaRange> find(IovaRange within, long length, long alignment) {
        return allocator.find(
                this::inUse, windows.forHostPages(apertures), within, length, alignment);
    }

    /** Removes the window that was made for what is not mapped after all. */
    void abandon() {
        if (windows.abandon()) {
            refresh();
        }
    }

    WindowBook windows() {
        return windows;
    }

    MemoryHolds holds() {
        return holds;
    }

    /** Says that {@code range}, which was chosen, is in use. */
    void taken(IovaRange range) {
        allocator.taken(range);
    }

    /** Whether nothing is mapped in {@code range}. */
    boolean isFree(IovaRange range) {
        return table.isFree(range) && peers.isFree(range);
    }

    /** What the listener has mapped of the guest's memory in {@code range}, lowest first. */
    List<Mapping> guestMappings(IovaRange range) {
        return table.guestsWithin(range);
    }

    /** Refuses a range with guest memory in it: only its listener may take that away. */
    void checkNotGuest(IovaRange range) {
        List<Mapping> guest = table.guestsWithin(range);
        if (!guest.isEmpty()) {
            throw new IllegalArgumentException(
                    range
                            + ": guest memory is mapped at "
                            + guest.get(0).range()
                            + "; remove its section from the memory listener");
        }
    }

    /** Whether {@code range} is mapped to {@code vaddr}. */
    boolean isMapped(IovaRange range, long vaddr) {
        Mapping there = table.firstOverlapping(range);
        return there != null && there.range().equals(range) && there.vaddr() == vaddr;
    }

    /** Takes new page tables in, with everything mapped in them that is mapped. */
    void add(Container container) {
        windows.joined(container, table.all());
        holds.joined(container);
        List<IovaRange> offered = container.tables().apertures();
        for (Mapping mapping : table.all()) {
            if (!Apertures.contain(offered, mapping.range())) {
                throw new VfioException(
                        container.tables().name(),
                        "attach",
                        mapping.range()
                                + " is mapped and this IOMMU does not translate it: its apertures"
                                + " are "
                                + offered
                                + "; unmap it, or give the device an address space of its own");
            }
        }
        replay(table.all(), container);
        List<Container> more = new ArrayList<>(containers);
        more.add(container);
        refresh(more);
        try {
            track(container);
        } catch (RuntimeException refused) {
            throw Teardown.after(refused, this::refresh);
        }
        containers.add(container);
        peers.joined(container);
    }

    private void track(Container container) {
        if (dirt != null) {
            dirt.joined(container);
        }
    }

    /** Takes another device in behind page tables that are in use. */
    void join(Container container, Member device) {
        container.enter(device);
        try {
            track(container);
            refresh();
        } catch (RuntimeException refused) {
            container.leave(device);
            if (dirt != null) {
                DirtyBook book = dirt;
                Teardown.after(refused, () -> book.forget(container, device));
            }
            throw refused;
        }
    }

    /** Learns what a device wrote that is about to leave. */
    void leaving(Container container, Member device) {
        if (dirt != null) {
            dirt.leaving(container, device);
        }
    }

    /** A device has left others behind. */
    void left(Container container) {
        if (dirt != null) {
            dirt.left(container);
        }
        refresh();
    }

    void remove(Container container) {
        containers.remove(container);
        if (dirt != null) {
            dirt.gone(container);
        }
        peers.left(container);
        refresh();
    }

    /** Begins to note what devices write, which nobody does yet. */
    DirtyBook beginTracking(Host host) {
        DirtyBook book = new DirtyBook(table, host);
        book.begin(containers);
        dirt = book;
        return book;
    }

    boolean isTracking() {
        return dirt != null;
    }

    void endTracking() {
        DirtyBook book = dirt;
        dirt = null;
        if (book != null) {
            book.end();
        }
    }

    /** Asks the kernel anew what can be mapped: a device has joined or left. */
    void refresh() {
        refresh(containers);
    }

    /** Changes nothing if one of {@code asked} does not answer. */
    private void refresh(List<Container> asked) {
        List<IovaRange> common = List.of(IovaRange.ALL);
        long largest = asked.isEmpty() ? hostPageSize : 1;
        for (Container container : asked) {
            common = Apertures.intersect(common, container.tables().apertures());
            largest = Math.max(largest, Long.lowestOneBit(container.tables().pageSizes()));
        }
        apertures = common;
        pageSize = largest;
    }

    static void replay(List<Mapping> mappings, Container container) {
        for (Mapping mapping : mappings) {
            MemoryFile file = mapping.file().orElse(null);
            container.map(mapping.range(), mapping.vaddr(), mapping.access(), file);
        }
    }

    private void check(IovaRange range, long vaddr) {
        checkAligned(range);
        if ((vaddr & pageSize - 1) != 0) {
            throw new IllegalArgumentException(
                    "%s: vaddr 0x%x is not a multiple of the page size 0x%x"
                            .formatted(range, vaddr, pageSize));
        }
        if (vaddr < 0 || vaddr + range.length() < 0) {
            throw new IllegalArgumentException(
                    "%s: vaddr 0x%x is not memory of this process".formatted(range, vaddr));
        }
        if (!Apertures.contain(apertures, range)) {
            throw new IllegalArgumentException(
                    range + ": outside what the IOMMU translates, which is " + apertures);
        }
        windows.checkPages(range, vaddr);
        checkFree(range);
    }

    private void checkFree(IovaRange range) {
        IovaRange overlapping = inUse(range);
        if (overlapping != null) {
            throw new IllegalArgumentException(
                    range + ": overlaps the mapping " + overlapping + "; unmap that first");
        }
    }

    /** The lowest mapping of memory that reaches into {@code range}, or else one of a BAR. */
    @Nullable IovaRange inUse(IovaRange range) {
        Mapping memory = table.firstOverlapping(range);
        return memory != null ? memory.range() : peers.overlapping(range);
    }

    private void checkWhole(IovaRange range) {
        Mapping memory = table.straddling(range);
        IovaRange straddling = memory != null ? memory.range() : peers.straddling(range);
        if (straddling != null) {
            throw new IllegalArgumentException(
                    range
                            + ": the mapping "
                            + straddling
                            + " lies only partly in it; the kernel does not split mappings, so"
                            + " unmap all of it");
        }
    }

    private void checkAligned(IovaRange range) {
        if ((range.first() & pageSize - 1) != 0 || (range.last() + 1 & pageSize - 1) != 0) {
            throw new IllegalArgumentException(
                    "%s: not whole pages of 0x%x bytes; align its start and its length"
                            .formatted(range, pageSize));
        }
    }
}
