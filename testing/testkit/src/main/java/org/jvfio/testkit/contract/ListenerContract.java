// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.BarRegion;
import org.jvfio.DirtyLog;
import org.jvfio.IovaRange;
import org.jvfio.MemoryListener;
import org.jvfio.MemoryListener.Outcome;
import org.jvfio.MemorySection;
import org.jvfio.RamRegion;
import org.jvfio.VfioException;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.ProcessMemory;
import org.jvfio.testkit.driver.EduDriver;

/** A guest's memory map, told to an address space while devices come and go. */
public abstract class ListenerContract extends Contract {
    private static final long FIRST = 0x10_0000;
    private static final int PAGES = 16;
    private static final long MARK = 0x1234_5678_9abc_def0L;

    private int page;
    private RamRegion ram;
    private ByteBuffer bytes;

    /** For extension. */
    protected ListenerContract() {}

    @BeforeEach
    final void makeMemory() {
        page = vfio().host().pageSize();
        long address = memory((long) PAGES * page).address();
        ram = RamRegion.of("ram", address, (long) PAGES * page);
        bytes = ProcessMemory.view(address, PAGES * page);
    }

    private MemorySection section(long fromPage, long count) {
        IovaRange range = IovaRange.of(FIRST + fromPage * page, count * page);
        return new MemorySection(range, ram, fromPage * page);
    }

    private long at(long guestPage) {
        return FIRST + guestPage * page;
    }

    private static void commit(
            MemoryListener listener, List<MemorySection> removed, List<MemorySection> added) {
        listener.begin();
        removed.forEach(listener::regionRemoved);
        added.forEach(listener::regionAdded);
        listener.commit();
    }

    private void add(MemorySection... sections) {
        commit(space().memoryListener(), List.of(), List.of(sections));
    }

    /** Has the device copy a mark from one page of the guest to another. */
    private void assertReaches(PciDevice device, int from, int to) {
        bytes.putLong(from * page, MARK + from);
        bytes.putLong(to * page, 0);
        try (EduDriver edu = EduDriver.start(device)) {
            edu.load(at(from), Long.BYTES);
            edu.store(at(to), Long.BYTES);
        }
        assertEquals(MARK + from, bytes.getLong(to * page));
    }

    @Test
    void deviceReachesTheGuestsMemory() {
        PciDevice device = attach(bench().edu());

        add(section(0, PAGES));

        assertReaches(device, 0, PAGES - 1);
        assertEquals(1, space().limits().mappings());
    }

    @Test
    void deviceThatJoinsLaterReachesIt() {
        add(section(0, 4), section(8, 4));

        assertReaches(attach(bench().edu()), 1, 9);
    }

    @Test
    void mapWaitsForTheNextDeviceWhenTheLastLeaves() {
        PciDevice first = attach(bench().edu());
        add(section(0, 4));
        first.close();
        assertEquals(before(), bench().holdings());
        commit(space().memoryListener(), List.of(section(0, 4)), List.of(section(4, 4)));

        PciDevice next = attach(bench().otherEdu());

        assertEquals(List.of(section(4, 4)), space().memoryListener().sections());
        assertReaches(next, 4, 7);
    }

    @Test
    void holeLeavesTheRestInReach() {
        PciDevice device = attach(bench().edu());
        add(section(0, PAGES));

        commit(
                space().memoryListener(),
                List.of(section(0, PAGES)),
                List.of(section(0, 2), section(6, PAGES - 6)));

        assertReaches(device, 1, 6);
        assertEquals(2, space().limits().mappings());
    }

    @Test
    void devicesDoNotWriteReadOnlyMemory() {
        PciDevice device = attach(bench().edu());
        add(
                section(0, 2),
                new MemorySection(IovaRange.of(at(2), page), ram.asReadOnly(), 2L * page));
        bytes.putLong(0, MARK);
        bytes.putLong(2 * page, 5);

        try (EduDriver edu = EduDriver.start(device)) {
            edu.load(at(0), Long.BYTES);
            edu.store(at(2), Long.BYTES);
            assertEquals(5, bytes.getLong(2 * page));
            edu.load(at(2), Long.BYTES);
            edu.store(at(1), Long.BYTES);
        }

        assertEquals(5, bytes.getLong(page));
    }

    @Test
    void devicesOfBothBackendsSeeOneMap() {
        assumeTrue(bench().otherBackend().isPresent(), "a machine with one backend");
        PciDevice here = attach(bench().edu());
        add(section(0, 4));
        PciDevice there =
                space().attach(
                                bench().otherEdu(),
                                AttachOptions.defaults()
                                        .backend(bench().otherBackend().orElseThrow()));
        add(section(4, 4));
        commit(space().memoryListener(), List.of(section(0, 4)), List.of());

        assertReaches(here, 4, 7);
        assertReaches(there, 5, 6);
    }

    @Test
    void memoryThatTheKernelRefusesGoesToTheHandlerAndTheRestIsMapped() {
        PciDevice device = attach(bench().edu());
        List<String> failed = new ArrayList<>();
        space().memoryListener().onFailure((section, refusal) -> failed.add(section.toString()));
        MemorySection absent = absentMemory(0x200_0000);

        add(absent, section(0, 4));

        assertEquals(List.of(absent.toString()), failed);
        assertEquals(Outcome.FAILED, space().memoryListener().states().get(1).outcome());
        assertReaches(device, 0, 3);
        commit(space().memoryListener(), List.of(absent), List.of());
        assertEquals(1, space().limits().mappings());
    }

    @Test
    void deviceForWhichTheMapCannotBeMappedIsRefused() {
        MemorySection absent = absentMemory(0x200_0000);
        add(section(0, 4), absent);

        VfioException refused = assertThrows(VfioException.class, () -> attach(bench().edu()));

        assertNames(refused, absent.range().toString());
        assertEquals(before(), bench().holdings());
        commit(space().memoryListener(), List.of(absent), List.of());
        assertReaches(attach(bench().edu()), 0, 3);
    }

    /** A section of memory that this process does not have. */
    private MemorySection absentMemory(long first) {
        long address = kernel().mmap(0, page, 0, 0x22, -1, 0);
        assertEquals(0, kernel().munmap(address, page));
        return MemorySection.of(first, RamRegion.of("absent", address, page));
    }

    @Test
    void barInTheGuestsMapIsReachedByOtherDevices() {
        assumeTrue(bench().mapsBars(), "the IOMMU takes no BARs");
        PciDevice one = attach(bench().edu());
        PciDevice other = attach(bench().otherEdu());
        MemorySection bar =
                new MemorySection(
                        IovaRange.of(0x1000_0000, page),
                        new BarRegion("other's BAR 0", other.bar(0)),
                        0);
        add(section(0, 4), bar);

        assertEquals(
                List.of(Outcome.MAPPED, Outcome.MAPPED),
                space().memoryListener().states().stream().map(s -> s.outcome()).toList());
        assertEquals(EduDriver.IDENTIFICATION_1_0, read(one, bar.range().first()));
        assertThrows(IllegalArgumentException.class, () -> space().unmap(bar.range()));

        commit(space().memoryListener(), List.of(bar), List.of());
        assertNotEquals(EduDriver.IDENTIFICATION_1_0, read(one, bar.range().first()));
        commit(space().memoryListener(), List.of(), List.of(bar));
        other.close();
        assertEquals(Outcome.UNREACHABLE, space().memoryListener().states().get(1).outcome());
        assertReaches(one, 0, 3);
    }

    /** What a device reads in a place, by way of the guest's first page. */
    private int read(PciDevice device, long iova) {
        bytes.putInt(0, 0);
        try (EduDriver edu = EduDriver.start(device)) {
            edu.load(at(0), Integer.BYTES);
            edu.load(iova, Integer.BYTES);
            edu.store(at(0), Integer.BYTES);
        }
        return Integer.reverseBytes(bytes.duplicate().order(ByteOrder.BIG_ENDIAN).getInt(0));
    }

    @Test
    void nothingThatADeviceWritesIsLostWhileTheMapChanges() {
        PciDevice device = attach(bench().edu());
        add(section(0, PAGES));
        ByteBuffer bitmap = ByteBuffer.allocate(Long.BYTES);
        try (DirtyLog log = space().trackDirty();
                EduDriver edu = EduDriver.start(device)) {
            edu.store(at(1), Long.BYTES);
            edu.store(at(9), Long.BYTES);
            commit(
                    space().memoryListener(),
                    List.of(section(0, PAGES)),
                    List.of(section(0, 4), section(12, 4)));
            edu.store(at(13), Long.BYTES);
            log.collect(IovaRange.of(FIRST, (long) PAGES * page), bitmap);
        }

        BitSet dirty = BitSet.valueOf(bitmap);
        assertEquals(List.of(true, true, true), List.of(dirty.get(1), dirty.get(9), dirty.get(13)));
    }

    @Test
    void onlyTheListenerTakesGuestMemoryAway() {
        attach(bench().edu());
        add(section(0, 4));

        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class, () -> space().unmap(section(0, 4).range()));

        assertNames(refused, "memory listener");
        assertThrows(IllegalArgumentException.class, () -> space().unmapAll());
        assertEquals(1, space().limits().mappings());
    }

    @Test
    void closedSpaceHasNoListener() {
        AddressSpace other = vfio().newAddressSpace();
        MemoryListener listener = other.memoryListener();
        attach(other, bench().edu());
        commit(listener, List.of(), List.of(section(0, 4)));
        other.close();

        assertThrows(IllegalStateException.class, listener::begin);
        assertEquals(before(), bench().holdings());
    }
}
