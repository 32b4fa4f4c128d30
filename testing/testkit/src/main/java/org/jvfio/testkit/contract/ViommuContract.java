// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.DirtyLog;
import org.jvfio.IommuRegion;
import org.jvfio.IommuRegion.Translation;
import org.jvfio.IovaRange;
import org.jvfio.MemoryListener;
import org.jvfio.MemorySection;
import org.jvfio.RamRegion;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.ProcessMemory;
import org.jvfio.testkit.driver.EduDriver;

/** Devices behind the embedder's virtual IOMMU, and without one. */
public abstract class ViommuContract extends Contract {
    private static final int PAGES = 16;
    // POWER translates below 1 GiB and far above.
    private static final long IOVA = 0x2000_0000L;
    private static final long MARK = 0x0fed_cba9_8765_4321L;

    private final List<Translation> known = new ArrayList<>();
    private final IommuRegion iommu =
            IommuRegion.of("viommu", 1L << 32, (range, each) -> known.forEach(each));
    private final MemorySection translated = MemorySection.of(0, iommu);
    private int page;
    private RamRegion ram;
    private ByteBuffer bytes;

    /** For extension. */
    protected ViommuContract() {}

    @BeforeEach
    final void makeMemory() {
        page = vfio().host().pageSize();
        long address = memory((long) PAGES * page).address();
        ram = RamRegion.of("ram", address, (long) PAGES * page);
        bytes = ProcessMemory.view(address, PAGES * page);
    }

    private static void commit(
            AddressSpace space, List<MemorySection> removed, List<MemorySection> added) {
        MemoryListener listener = space.memoryListener();
        listener.begin();
        removed.forEach(listener::regionRemoved);
        added.forEach(listener::regionAdded);
        listener.commit();
    }

    private Translation translation(long iovaPage, long ramPage, long count) {
        IovaRange range = IovaRange.of(IOVA + iovaPage * page, count * page);
        return new Translation(range, ram, ramPage * page, Access.READ_WRITE);
    }

    /** Whether a mark that is in a page of memory arrives in another through the device. */
    private boolean copies(PciDevice device, long source, long target, int ramFrom, int ramTo) {
        bytes.putLong(ramFrom * page, MARK + ramFrom);
        bytes.putLong(ramTo * page, 0);
        try (EduDriver edu = EduDriver.start(device)) {
            edu.load(source, Long.BYTES);
            edu.store(target, Long.BYTES);
        }
        return bytes.getLong(ramTo * page) == MARK + ramFrom;
    }

    @Test
    void deviceReachesWhatTheVirtualIommuTranslates() {
        PciDevice device = attach(bench().edu());
        commit(space(), List.of(), List.of(translated));

        iommu.map(translation(0, 3, 1));
        iommu.map(translation(1, 9, 1));
        assertEquals(true, copies(device, IOVA, IOVA + page, 3, 9));

        iommu.unmap(IovaRange.of(IOVA + page, page));
        assertEquals(false, copies(device, IOVA, IOVA + page, 3, 9));
        assertEquals(1, space().limits().mappings());
    }

    @Test
    void translationThatChangesLeadsElsewhere() {
        PciDevice device = attach(bench().edu());
        commit(space(), List.of(), List.of(translated));
        iommu.map(translation(0, 3, 1));
        iommu.map(translation(1, 9, 1));

        iommu.map(translation(1, 10, 1));

        assertEquals(true, copies(device, IOVA, IOVA + page, 3, 10));
    }

    @Test
    void unmapCoversSeveralTranslationsAndLeavesTheOtherPartOfOne() {
        PciDevice device = attach(bench().edu());
        commit(space(), List.of(), List.of(translated));
        iommu.map(translation(0, 0, 4));
        iommu.map(translation(6, 6, 1));
        iommu.map(translation(8, 8, 4));

        iommu.unmap(IovaRange.of(IOVA + 2L * page, 8L * page));

        assertEquals(true, copies(device, IOVA, IOVA + 11L * page, 0, 11));
        assertEquals(2, space().limits().mappings());
        iommu.unmap(new IovaRange(0, (1L << 32) - 1));
        assertEquals(0, space().limits().mappings());
    }

    @Test
    void whatTheVirtualIommuKnowsIsReplayed() {
        PciDevice device = attach(bench().edu());
        known.add(translation(0, 3, 1));
        known.add(translation(1, 9, 1));

        commit(space(), List.of(), List.of(translated));

        assertEquals(true, copies(device, IOVA, IOVA + page, 3, 9));
    }

    @Test
    void deviceThatJoinsLaterReachesTheTranslations() {
        commit(space(), List.of(), List.of(translated));
        iommu.map(translation(0, 3, 1));
        iommu.map(translation(1, 9, 1));

        assertEquals(true, copies(attach(bench().edu()), IOVA, IOVA + page, 3, 9));
    }

    @Test
    void guestTurnsItsIommuOnAndOff() {
        PciDevice device = attach(bench().edu());
        MemorySection direct = MemorySection.of(IOVA, ram);
        commit(space(), List.of(), List.of(direct));
        assertEquals(true, copies(device, IOVA, IOVA + page, 0, 1));

        commit(space(), List.of(direct), List.of(translated));
        assertEquals(0, space().limits().mappings());
        iommu.map(translation(0, 3, 1));
        iommu.map(translation(1, 9, 1));
        assertEquals(true, copies(device, IOVA, IOVA + page, 3, 9));

        commit(space(), List.of(translated), List.of(direct));
        assertEquals(true, copies(device, IOVA, IOVA + page, 0, 1));
        iommu.map(translation(0, 5, 1));
        assertEquals(1, space().limits().mappings());
    }

    @Test
    void writtenMemoryIsFoundAfterTheGuestTookTheTranslationBack() {
        PciDevice device = attach(bench().edu());
        commit(space(), List.of(), List.of(translated));
        RamRegion other = RamRegion.of("other", memory(page).address(), page);
        iommu.map(translation(0, 3, 1));
        iommu.map(translation(7, 9, 2));
        iommu.map(new Translation(IovaRange.of(0, page), other, 0, Access.READ_WRITE));
        try (DirtyLog log = space().trackDirty();
                EduDriver edu = EduDriver.start(device)) {
            edu.store(IOVA, Long.BYTES);
            iommu.unmap(IovaRange.of(IOVA, page));
            iommu.map(translation(0, 12, 1));
            edu.store(IOVA, Long.BYTES);
            edu.store(0, Long.BYTES);

            BitSet ofRam = collect(log, ram);
            assertEquals(
                    List.of(true, true, false), List.of(ofRam.get(3), ofRam.get(12), ofRam.get(0)));
            assertEquals(true, collect(log, other).get(0));
            assertEquals(false, collect(log, ram).get(3));
        }
    }

    private static BitSet collect(DirtyLog log, RamRegion memory) {
        ByteBuffer bitmap = ByteBuffer.allocate(Long.BYTES);
        log.collect(memory, bitmap);
        return BitSet.valueOf(bitmap);
    }

    @Test
    void oneVirtualIommuServesAddressSpacesOfBothBackends() {
        assumeTrue(bench().otherBackend().isPresent(), "a machine with one backend");
        AddressSpace other = vfio().newAddressSpace();
        PciDevice here = attach(bench().edu());
        PciDevice there =
                other.attach(
                        bench().otherEdu(),
                        AttachOptions.defaults().backend(bench().otherBackend().orElseThrow()));
        assertNotEquals(here.backend(), there.backend());
        commit(space(), List.of(), List.of(translated));
        commit(other, List.of(), List.of(translated));

        iommu.map(translation(0, 3, 1));
        iommu.map(translation(1, 9, 1));

        assertEquals(true, copies(here, IOVA, IOVA + page, 3, 9));
        assertEquals(true, copies(there, IOVA, IOVA + page, 3, 9));
        commit(other, List.of(translated), List.of());
        iommu.unmap(IovaRange.of(IOVA, 2L * page));
        assertEquals(0, space().limits().mappings() + other.limits().mappings());
    }
}
