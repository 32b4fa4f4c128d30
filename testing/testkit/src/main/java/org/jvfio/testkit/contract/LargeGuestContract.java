// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.AddressSpace;
import org.jvfio.IovaRange;
import org.jvfio.MemoryListener;
import org.jvfio.MemorySection;
import org.jvfio.RamRegion;
import org.jvfio.Vfio;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.ProcessMemory;
import org.jvfio.linux.uapi.IommufdRequests;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.testkit.CountingKernel;
import org.jvfio.testkit.driver.EduDriver;

/**
 * A guest of 1 TiB in sections of 2 MiB, all of the same memory, and the requests that its changes
 * cost.
 *
 * <p>On the simulated kernel the sections leave no gap: 524,288 of them. A real kernel takes its
 * time over each page that is pinned, so there is one section in each 256 MiB.
 */
public abstract class LargeGuestContract extends Contract {
    private static final long SECTION = 2L << 20;
    private static final long SPREAD = 256L << 20;
    private static final long FIRST = 1L << 32;
    private static final long SIZE = 1L << 40;
    private static final int SPARE_MAPPINGS = 16;

    private final List<MemorySection> sections = new ArrayList<>();
    private RamRegion ram;
    private ByteBuffer bytes;
    private ByteBuffer otherBytes;
    private CountingKernel kernel;
    private Vfio session;
    private Bench.Limit limit;
    private EduDriver edu;

    /** For extension. */
    protected LargeGuestContract() {}

    @BeforeEach
    final void layOut() {
        LinuxHost host = LinuxHost.of(vfio().host());
        long address = memory(3 * SECTION).address() + SECTION - 1 & -SECTION;
        ram = RamRegion.of("ram", address, 2 * SECTION);
        bytes = ProcessMemory.view(address, Reach.BYTES);
        otherBytes = ProcessMemory.view(address + SECTION, Reach.BYTES);
        long stride = host.simulated() ? SECTION : SPREAD;
        LongStream.range(0, SIZE / stride).forEach(i -> sections.add(section(i * stride)));
        limit = bench().limitMappings(sections.size() + SPARE_MAPPINGS).orElse(() -> {});
        kernel = CountingKernel.inFrontOf(host);
        session = Vfio.on(kernel.host(host));
        edu = EduDriver.start(attach(memoryMap(), bench().edu()));
        change(List.of(), sections);
    }

    @AfterEach
    final void closeSession() {
        edu.close();
        session.close();
        limit.close();
    }

    private AddressSpace memoryMap() {
        return session.addressSpace();
    }

    private MemorySection section(long offset) {
        return section(offset, 0);
    }

    private MemorySection section(long offset, long inMemory) {
        return new MemorySection(IovaRange.of(FIRST + offset, SECTION), ram, inMemory);
    }

    /** Makes a change, and counts the requests from when it began. */
    private void change(List<MemorySection> removed, List<MemorySection> added) {
        MemoryListener listener = memoryMap().memoryListener();
        kernel.forget();
        listener.begin();
        removed.forEach(listener::regionRemoved);
        added.forEach(listener::regionAdded);
        listener.commit();
    }

    /** Fails unless the last change cost just so many requests. */
    private void assertCost(long maps, long unmaps) {
        long mapped =
                kernel.count(VfioRequests.IOMMU_MAP_DMA) + kernel.count(IommufdRequests.IOAS_MAP);
        long unmapped =
                kernel.count(VfioRequests.IOMMU_UNMAP_DMA)
                        + kernel.count(IommufdRequests.IOAS_UNMAP);
        assertEquals(
                List.of(maps, unmaps, maps + unmaps),
                List.of(mapped, unmapped, kernel.count()),
                "maps, unmaps, all requests");
    }

    private void assertReaches(MemorySection section) {
        Reach.assertReaches(edu, section.range().first(), bytes);
    }

    private MemorySection middle() {
        return sections.get(sections.size() / 2);
    }

    private MemorySection last() {
        return sections.get(sections.size() - 1);
    }

    @Test
    void allOfItIsLaidOutAndTornDown() {
        assertCost(sections.size(), 0);
        assertEquals(sections.size(), memoryMap().limits().mappings());
        assertReaches(sections.get(0));
        assertReaches(middle());
        assertReaches(last());

        change(sections, List.of());

        assertCost(0, 1);
        assertEquals(List.of(), memoryMap().mappings());
        Reach.assertDoesNotReach(edu, middle().range().first(), bytes);
        Reach.assertDoesNotReach(edu, last().range().first(), bytes);
    }

    @Test
    void changeCostsRequestsForWhatItTouchesOnly() {
        change(List.of(middle()), List.of(middle()));
        assertCost(0, 0);

        change(List.of(middle()), List.of());
        assertCost(0, 1);
        Reach.assertDoesNotReach(edu, middle().range().first(), bytes);
        assertReaches(sections.get(sections.size() / 2 - 1));
        assertReaches(sections.get(sections.size() / 2 + 1));

        change(List.of(), List.of(section(SIZE), section(SIZE + SECTION, SECTION)));
        assertCost(1, 0);
        assertReaches(section(SIZE));
        Reach.assertReaches(edu, section(SIZE + SECTION).range().first(), otherBytes);

        MemorySection replaced = section(last().range().first() - FIRST, SECTION);
        change(List.of(last()), List.of(replaced));
        assertCost(1, 1);
        Reach.assertReaches(edu, replaced.range().first(), otherBytes);
        assertEquals(sections.size(), memoryMap().limits().mappings());
    }
}
