// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.AddressSpace;
import org.jvfio.DmaBudget;
import org.jvfio.DmaDemand;
import org.jvfio.IommuProperties;
import org.jvfio.IovaRange;
import org.jvfio.VfioException;
import org.jvfio.device.PciDevice;
import org.jvfio.spi.NativeMemory;

/** What a virtual IOMMU is told of the real one, and what a memory map takes and may take. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class IovaContract extends Contract {
    private static final long FIRST = 0x1000_0000;
    private static final long PAGES = 16;
    private static final String COUNTS_ONCE =
            "memory counts once for the process, and the tables count as well";

    /** For extension. */
    protected IovaContract() {}

    @Test
    void withoutADeviceEveryAddressIsTranslated() {
        IommuProperties iommu = space().iommu();

        assertEquals(List.of(IovaRange.ALL), iommu.apertures());
        assertEquals(-(long) vfio().host().pageSize(), iommu.pageSizes());
        assertEquals(64, iommu.addressBits());
        assertFalse(iommu.nestingParentBypassesReadOnly());
    }

    @Test
    void propertiesAreThoseOfTheDevicesIommu() {
        IommuProperties before = space().iommu();
        try (PciDevice device = attach(bench().edu())) {
            IommuProperties iommu = device.addressSpace().iommu();

            assertEquals(space().apertures(), iommu.apertures());
            assertEquals(space().pageSize(), Long.lowestOneBit(iommu.pageSizes()));
            List<IovaRange> apertures = iommu.apertures();
            long last = apertures.get(apertures.size() - 1).last();
            assertEquals(64 - Long.numberOfLeadingZeros(last), iommu.addressBits());
            assertEquals(iommu, space().iommu());
        }
        assertEquals(before, space().iommu());
    }

    @Test
    void addressWithMoreBitsIsRefused() {
        NativeMemory memory = memory(pageSize());
        try (PciDevice device = attach(bench().edu())) {
            int bits = device.addressSpace().iommu().addressBits();
            assumeTrue(bits < 64, "the IOMMU translates every address");
            IovaRange beyond = IovaRange.of(1L << bits, pageSize());

            assertThrows(
                    IllegalArgumentException.class,
                    () -> space().map(beyond, memory.address(), Access.READ));
        }
    }

    @Test
    void pinnedBytesComeAndGoWithMappings() {
        try (PciDevice device = attach(bench().edu())) {
            mapInto(space()); // What tables it takes stays.
            space().unmapAll();
            long before = device.addressSpace().limits().pinnedBytes();
            NativeMemory memory = mapInto(space());

            assertEquals(before + memory.size(), space().limits().pinnedBytes());
            space().unmapAll();
            assertEquals(before, space().limits().pinnedBytes());
        }
    }

    @Test
    void memoryCountsOnceForEachSetOfPageTablesAsTheBudgetSaid() {
        assumeTrue(bench().countsMappings(), COUNTS_ONCE);
        AddressSpace other = vfio().newAddressSpace();
        NativeMemory memory = mapInto(space());
        other.map(IovaRange.of(FIRST, memory.size()), memory.address(), Access.READ_WRITE);
        DmaDemand demand = DmaDemand.of(space(), 2);
        assertEquals(new DmaDemand(2, 1, memory.size()), demand);
        DmaBudget budget = vfio().budget(bench().backend(), demand);

        try (PciDevice here = attach(bench().edu());
                PciDevice there = attach(other, bench().otherEdu())) {
            assertEquals(budget.bytesNeeded(), here.addressSpace().limits().pinnedBytes());
            assertEquals(budget.bytesNeeded(), there.addressSpace().limits().pinnedBytes());
        }
        assertTrue(budget.suffices(), () -> budget.toString());
    }

    @Test
    void budgetNamesTheLimitOnMappings() {
        DmaDemand three = new DmaDemand(1, 3, 3 * pageSize());
        OptionalInt usual = vfio().budget(bench().backend(), three).mappingLimit();
        assumeTrue(usual.isPresent(), "the backend has no limit on mappings");
        Optional<Bench.Limit> limit = bench().limitMappings(2);
        assumeTrue(limit.isPresent(), "the machine has no limit on mappings to set");
        try (Bench.Limit two = limit.orElseThrow()) {
            DmaBudget budget = vfio().budget(bench().backend(), three);

            assertFalse(budget.suffices());
            assertEquals(OptionalInt.of(2), budget.mappingLimit());
            assertEquals(1, budget.shortfalls().size());
            String shortfall = budget.shortfalls().get(0);
            assertTrue(shortfall.startsWith("3 mappings in each container, which takes 2:"));
            assertTrue(shortfall.contains("dma_entry_limit"));
            DmaDemand fewer = new DmaDemand(7, 2, pageSize());
            assertTrue(vfio().budget(bench().backend(), fewer).suffices());
        }
        assertTrue(vfio().budget(bench().backend(), three).suffices());
    }

    @Test
    void budgetNamesTheSumThatMustBeAllowed() {
        assumeTrue(bench().countsMappings(), COUNTS_ONCE);
        long bytes = PAGES * pageSize();
        Optional<Bench.Limit> limit = bench().limitLockedMemory(2 * bytes);
        assumeTrue(limit.isPresent(), "this process may lock what it likes: it is root");
        try (Bench.Limit twice = limit.orElseThrow();
                PciDevice device = attach(bench().edu())) {
            mapInto(device.addressSpace());
            assertEquals(OptionalLong.of(bytes), space().limits().pinnableBytes());
            DmaBudget budget = vfio().budget(bench().backend(), new DmaDemand(2, 1, bytes));

            assertEquals(3 * bytes, budget.bytesNeeded());
            assertEquals(
                    List.of(
                            ("%d bytes in each of 2 page tables, %d with what is pinned already;"
                                            + " RLIMIT_MEMLOCK is %d: raise it to %d or more"
                                            + " (ulimit -l, LimitMEMLOCK=)")
                                    .formatted(bytes, 3 * bytes, 2 * bytes, 3 * bytes)),
                    budget.shortfalls());
            DmaDemand once = new DmaDemand(1, 1, bytes);
            assertTrue(vfio().budget(bench().backend(), once).suffices());
        }
    }

    @Test
    void withoutALimitAnythingFits() {
        DmaBudget budget = vfio().budget(bench().backend(), new DmaDemand(4, 1, 1L << 50));

        assertEquals(OptionalLong.empty(), budget.pinned().limit());
        assertTrue(budget.suffices());
    }

    @Test
    void budgetOfABackendThatIsNotThereIsRefused() {
        DmaDemand demand = new DmaDemand(1, 1, 1);

        VfioException refused =
                assertThrows(VfioException.class, () -> vfio().budget("none-such", demand));

        assertNames(refused, "none-such", "no such backend", bench().backend());
    }

    @Test
    void demandThatCannotBeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new DmaDemand(0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new DmaDemand(1, -1, 1));
        assertThrows(IllegalArgumentException.class, () -> new DmaDemand(1, 1, -1));
        assertThrows(IllegalArgumentException.class, () -> new DmaDemand(4, 1, 1L << 61));
    }

    private long pageSize() {
        return vfio().host().pageSize();
    }

    private NativeMemory mapInto(AddressSpace space) {
        NativeMemory memory = memory(PAGES * pageSize());
        space.map(IovaRange.of(FIRST, memory.size()), memory.address(), Access.READ_WRITE);
        return memory;
    }
}
