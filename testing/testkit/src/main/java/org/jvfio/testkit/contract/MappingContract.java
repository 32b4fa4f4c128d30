// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.DmaBuffer;
import org.jvfio.DmaLimits;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;
import org.jvfio.VfioException;
import org.jvfio.device.PciDevice;
import org.jvfio.spi.NativeMemory;

/** What can be mapped while a device is attached, what is refused, and what is left then. */
public abstract class MappingContract extends Contract {
    private static final long FIRST = 0x10_0000;
    private static final long MANY = 2000;

    private long page;
    private NativeMemory memory;
    private PciDevice device;

    /** For extension. */
    protected MappingContract() {}

    @BeforeEach
    final void attachDevice() {
        device = attach(bench().edu());
        page = space().pageSize();
        memory = memory(4 * page);
    }

    @Test
    void mappingIsListedUntilItIsUnmapped() {
        map(pages(0, 2), Access.READ);

        assertEquals(
                List.of(new Mapping(pages(0, 2), memory.address(), Access.READ)),
                space().mappings());
        assertEquals(1, space().limits().mappings());
        assertEquals(2 * page, space().unmap(pages(0, 2)));
        assertEquals(List.of(), space().mappings());
    }

    @Test
    void rangesThatTouchAreTwoMappings() {
        map(pages(0, 1), Access.READ_WRITE);
        map(pages(1, 1), Access.READ_WRITE);

        assertEquals(2, space().mappings().size());
        assertEquals(page, space().unmap(pages(0, 1)));
        assertEquals(pages(1, 1), space().mappings().get(0).range());
    }

    @Test
    void rangeThatIsNotWholePagesIsRefused() {
        assertNames(refused(IovaRange.of(FIRST + 1, page)), "0x100001", "whole pages");
        assertNames(refused(IovaRange.of(FIRST, page - 1)), "whole pages");
        assertNames(refused(IovaRange.of(FIRST + page / 2, page)), "whole pages");
        assertThrows(
                IllegalArgumentException.class, () -> space().unmap(IovaRange.of(FIRST + 1, page)));
    }

    @Test
    void memoryThatIsNotWholePagesIsRefused() {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> space().map(pages(0, 1), memory.address() + 1, Access.READ));

        assertNames(refused, "vaddr", "page size");
        assertEquals(List.of(), space().mappings());
    }

    @Test
    void overlappingRangeIsRefusedAndNamesTheMapping() {
        map(pages(1, 2), Access.READ_WRITE);

        for (IovaRange range : List.of(pages(0, 2), pages(1, 1), pages(2, 2), pages(0, 4))) {
            assertNames(refused(range), range.toString(), pages(1, 2).toString());
        }
        assertEquals(1, space().mappings().size());
    }

    @Test
    void rangeOutsideTheAperturesIsRefusedAndNamesThem() {
        List<IovaRange> apertures = space().apertures();
        long beyond = apertures.get(0).last() + 1;
        assumeTrue(beyond != 0, "the IOMMU translates everything");

        assertNames(refused(IovaRange.of(beyond, page)), "outside", apertures.get(0).toString());
        assertNames(refused(IovaRange.of(beyond - page, 2 * page)), "outside");
        assertEquals(List.of(), space().mappings());
    }

    @Test
    void lastPageOfEachApertureCanBeMapped() {
        for (IovaRange aperture : space().apertures()) {
            IovaRange last = new IovaRange(aperture.last() + 1 - page, aperture.last());
            map(last, Access.READ_WRITE);
            assertEquals(page, space().unmap(last));
        }
    }

    @Test
    void rangeThatWrapsOrIsEmptyDoesNotExist() {
        assertThrows(IllegalArgumentException.class, () -> IovaRange.of(-page, 2 * page));
        assertThrows(IllegalArgumentException.class, () -> IovaRange.of(FIRST, 0));
        assertThrows(IllegalArgumentException.class, () -> IovaRange.of(FIRST, -page));
        assertThrows(IllegalArgumentException.class, () -> new IovaRange(FIRST, FIRST - 1));
    }

    @Test
    void bufferOfNothingIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> space().allocate(0));
        assertThrows(IllegalArgumentException.class, () -> space().allocate(-1));
    }

    @Test
    void unmappingWhereNothingIsMappedDoesNothing() {
        map(pages(4, 1), Access.READ_WRITE);

        assertEquals(0, space().unmap(pages(0, 4)));
        assertEquals(0, space().unmap(pages(5, 1)));
        assertEquals(1, space().mappings().size());
    }

    @Test
    void unmappingTakesAllMappingsInTheRange() {
        map(pages(0, 1), Access.READ_WRITE);
        map(pages(2, 2), Access.READ_WRITE);
        map(pages(7, 1), Access.READ_WRITE);

        assertEquals(3 * page, space().unmap(pages(0, 6)));
        assertEquals(pages(7, 1), space().mappings().get(0).range());
        map(pages(0, 4), Access.READ_WRITE);
    }

    @Test
    void unmappingAPartOfAMappingIsRefusedAndChangesNothing() {
        map(pages(0, 1), Access.READ_WRITE);
        map(pages(1, 3), Access.READ_WRITE);

        for (IovaRange range : List.of(pages(0, 2), pages(2, 1), pages(3, 4))) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> space().unmap(range));
            assertNames(refused, range.toString(), pages(1, 3).toString(), "split");
        }
        assertEquals(2, space().mappings().size());
        assertEquals(4 * page, space().unmap(pages(0, 4)));
    }

    @Test
    void unmapAllTakesEverything() {
        map(pages(0, 1), Access.READ_WRITE);
        IovaRange highest = space().apertures().get(space().apertures().size() - 1);
        map(new IovaRange(highest.last() + 1 - page, highest.last()), Access.READ);

        assertEquals(2 * page, space().unmapAll());
        assertEquals(0, space().unmapAll());
        assertEquals(List.of(), space().mappings());
        map(pages(0, 1), Access.READ_WRITE);
    }

    @Test
    void aperturesAreSortedAndApart() {
        List<IovaRange> apertures = space().apertures();

        assertFalse(apertures.isEmpty());
        for (int i = 1; i < apertures.size(); i++) {
            long before = apertures.get(i - 1).last();
            assertTrue(Long.compareUnsigned(before, apertures.get(i).first()) < 0);
        }
        assertEquals(1, Long.bitCount(page));
        device.close();
        assertEquals(List.of(IovaRange.ALL), space().apertures());
    }

    @Test
    void bufferIsWhereItWasWanted() {
        long page = vfio().host().pageSize(); // an IOMMU may have smaller ones
        IovaRange within = IovaRange.of(0x2654_0000, 4 * page);
        try (DmaBuffer buffer = space().allocate(page + 1, within)) {
            assertEquals(page + 1, buffer.size());
            assertEquals(2 * page, buffer.range().length());
            assertTrue(within.contains(buffer.range()), buffer::toString);

            VfioException refused =
                    assertThrows(VfioException.class, () -> space().allocate(3 * page, within));
            assertNames(refused, "no free run", within.toString());
        }
        space().allocate(4 * page, within).close();
    }

    @Test
    void buffersDoNotOverlapAndLieInTheApertures() {
        try (DmaBuffer one = space().allocate(3 * page);
                DmaBuffer other = space().allocate(1)) {
            assertFalse(one.range().overlaps(other.range()));
            for (DmaBuffer buffer : List.of(one, other)) {
                assertTrue(space().apertures().stream().anyMatch(a -> a.contains(buffer.range())));
            }
        }
    }

    @Test
    void memoryThatIsNotThereIsRefusedAndChangesNothing() {
        VfioException refused =
                assertThrows(
                        VfioException.class,
                        () -> space().map(pages(0, 1), page, Access.READ_WRITE));

        assertNames(refused, pages(0, 1).toString(), "EFAULT", "vaddr 0x");
        assertEquals(List.of(), space().mappings());
        map(pages(0, 1), Access.READ_WRITE);
    }

    @Test
    void thousandsOfMappingsAreMadeAndTaken() {
        for (long i = 0; i < MANY; i++) {
            space().map(highPages(2 * i, 1), memory.address(), Access.READ_WRITE);
        }
        assertEquals(MANY, (long) space().limits().mappings());

        for (long i = 0; i < MANY; i += 2) {
            assertEquals(page, space().unmap(highPages(2 * i, 1)));
        }
        assertEquals(MANY / 2 * page, space().unmap(highPages(0, 2 * MANY)));
        assertEquals(List.of(), space().mappings());
    }

    @Test
    void limitsCountDown() {
        DmaLimits before = space().limits();
        map(pages(0, 1), Access.READ_WRITE);
        DmaLimits after = space().limits();

        assertEquals(before.mappings() + 1, after.mappings());
        assertEquals(before.mappingsLeft().isPresent(), after.mappingsLeft().isPresent());
        if (before.mappingsLeft().isPresent()) {
            assertEquals(before.mappingsLeft().getAsInt() - 1, after.mappingsLeft().getAsInt());
        }
    }

    private IovaRange pages(long index, long count) {
        return IovaRange.of(FIRST + index * page, count * page);
    }

    /** Above what a machine keeps for interrupts, of which low addresses have some. */
    private IovaRange highPages(long index, long count) {
        return IovaRange.of(bench().highMemory() + index * page, count * page);
    }

    private void map(IovaRange range, Access access) {
        space().map(range, memory.address(), access);
    }

    private IllegalArgumentException refused(IovaRange range) {
        int before = space().mappings().size();
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> map(range, Access.READ_WRITE));
        assertEquals(before, space().mappings().size());
        return refused;
    }
}
