// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.DmaBuffer;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;
import org.jvfio.VfioException;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.KernelException;
import org.jvfio.spi.NativeMemory;
import org.jvfio.testkit.driver.EduDriver;

/** What the IOMMU translates, what it reserves, and what does not fit between. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class ApertureContract extends Contract {
    private static final long FIRST = 0x10_0000;

    private long page;
    private NativeMemory memory;

    /** For extension. */
    protected ApertureContract() {}

    @BeforeEach
    final void takeMemory() {
        page = space().pageSize();
        memory = memory(2 * page);
    }

    @Test
    void aperturesAreThoseOfTheDevicesThatAreThere() {
        assertEquals(List.of(IovaRange.ALL), space().apertures());
        try (PciDevice one = attach(bench().edu())) {
            List<IovaRange> alone = space().apertures();
            assertFalse(alone.contains(IovaRange.ALL));
            try (PciDevice other = attach(bench().otherEdu())) {
                assertEquals(alone, space().apertures(), "behind one IOMMU");
            }
            assertEquals(alone, space().apertures());
        }
        assertEquals(List.of(IovaRange.ALL), space().apertures());
    }

    @Test
    void whatSysfsCallsReservedIsInNoAperture() throws KernelException {
        try (PciDevice device = attach(bench().edu())) {
            for (IovaRange reserved : reserved(device)) {
                for (IovaRange aperture : space().apertures()) {
                    assertFalse(aperture.overlaps(reserved), () -> aperture + ", " + reserved);
                }
            }
        }
    }

    @Test
    void reservedRangeIsRefusedAndNamed() {
        try (PciDevice device = attach(bench().edu())) {
            for (IovaRange gap : gaps()) {
                IovaRange low = IovaRange.of(gap.first(), page);
                IovaRange high = new IovaRange(gap.last() + 1 - page, gap.last());
                for (IovaRange range : List.of(low, high, gap, around(gap))) {
                    assertNames(refused(range), range.toString(), "outside", apertureNames());
                }
            }
            assertNames(refused(IovaRange.ALL), "outside");
            assertEquals(List.of(), device.addressSpace().mappings());
        }
    }

    @Test
    void pagesBesideAReservedRangeAreReached() {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            for (IovaRange gap : gaps()) {
                assertMappedIsReached(edu, IovaRange.of(gap.first() - page, page));
                assertMappedIsReached(edu, IovaRange.of(gap.last() + 1, page));
            }
        }
    }

    @Test
    void topOfTheHighestApertureIsReachedAndNothingAboveIsMapped() {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            long top = top().last();
            assertMappedIsReached(edu, new IovaRange(top + 1 - page, top));
            assumeFalse(top == -1, "the IOMMU translates up to the last address there is");
            assertNames(refused(IovaRange.of(top + 1, page)), "outside", apertureNames());
        }
    }

    @Test
    void buffersStayWithinWhatWasWanted() {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            IovaRange high = new IovaRange(top().last() + 1 - page, top().last());
            for (IovaRange within : List.of(IovaRange.of(FIRST, page), high)) {
                try (DmaBuffer buffer = space().allocate(page, within)) {
                    assertEquals(within, buffer.range());
                    Reach.assertReaches(edu, buffer.iova(), buffer.bytes());
                    assertNames(noRoom(1, within), "no free run", within.toString());
                }
            }
        }
    }

    @Test
    void buffersAreBesideReservedRangesAndNeverThere() {
        try (PciDevice device = attach(bench().edu())) {
            for (IovaRange gap : gaps()) {
                IovaRange around = around(gap);
                assertNames(noRoom(page, gap), "no free run", gap.toString(), apertureNames());
                assertNames(noRoom(2 * page, around), "no free run");
                try (DmaBuffer one = space().allocate(page, around);
                        DmaBuffer other = space().allocate(page, around)) {
                    assertFalse(one.range().overlaps(gap) || other.range().overlaps(gap));
                    assertNames(noRoom(page, around), "no free run");
                }
            }
            assertEquals(List.of(), device.addressSpace().mappings());
        }
    }

    @Test
    void mappingThatTheIommuReservesKeepsTheDeviceOut() {
        for (IovaRange range : outside()) {
            space().map(range, memory.address(), Access.READ_WRITE);

            VfioException refused = assertThrows(VfioException.class, () -> attach(bench().edu()));

            assertNames(refused, range.toString(), "does not translate", "unmap it");
            assertEquals(before(), bench().holdings());
            assertEquals(
                    List.of(new Mapping(range, memory.address(), Access.READ_WRITE)),
                    space().mappings());
            assertEquals(List.of(), space().devices());
            assertEquals(page, space().unmap(range));
            attach(bench().edu()).close();
        }
    }

    @Test
    void mappingOfNoMemoryKeepsTheDeviceOut() {
        IovaRange range = IovaRange.of(FIRST, page);
        IovaRange good = IovaRange.of(FIRST + page, page);
        space().map(good, memory.address(), Access.READ_WRITE);
        space().map(range, page, Access.READ_WRITE);

        VfioException refused = assertThrows(VfioException.class, () -> attach(bench().edu()));

        assertNames(refused, range.toString(), "EFAULT");
        assertEquals(before(), bench().holdings());
        assertEquals(page, space().unmap(range));
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            Reach.assertReaches(edu, good.first(), memory.window(0));
        }
    }

    /** The ranges that sysfs says devices of the group cannot use. */
    private List<IovaRange> reserved(PciDevice device) throws KernelException {
        String group = "/sys/kernel/iommu_groups/" + device.node().group().orElseThrow();
        List<IovaRange> ranges = new ArrayList<>();
        String all = kernel().files().read(group + "/reserved_regions");
        assumeTrue(!all.isEmpty(), "an IOMMU whose kernel names nothing as reserved");
        for (String line : all.split("\n", -1)) {
            String[] words = line.split(" ", -1);
            if (!words[2].equals("direct-relaxable")) {
                ranges.add(new IovaRange(address(words[0]), address(words[1])));
            }
        }
        assertFalse(ranges.isEmpty(), "an IOMMU that remaps interrupts reserves their addresses");
        return ranges;
    }

    private static long address(String word) {
        return Long.parseUnsignedLong(word.substring("0x".length()), 16);
    }

    /** What is between the apertures. */
    private List<IovaRange> gaps() {
        List<IovaRange> apertures = space().apertures();
        List<IovaRange> gaps = new ArrayList<>();
        for (int i = 1; i < apertures.size(); i++) {
            gaps.add(new IovaRange(apertures.get(i - 1).last() + 1, apertures.get(i).first() - 1));
        }
        assumeFalse(gaps.isEmpty(), "this IOMMU reserves nothing between its apertures");
        return gaps;
    }

    /** A page in each range that is in no aperture. */
    private List<IovaRange> outside() {
        try (PciDevice device = attach(bench().edu())) {
            List<IovaRange> pages = new ArrayList<>();
            gaps().forEach(gap -> pages.add(IovaRange.of(gap.first(), page)));
            if (top().last() != -1) {
                pages.add(IovaRange.of(top().last() + 1, page));
            }
            return pages;
        }
    }

    private IovaRange around(IovaRange gap) {
        return new IovaRange(gap.first() - page, gap.last() + page);
    }

    private IovaRange top() {
        List<IovaRange> apertures = space().apertures();
        return apertures.get(apertures.size() - 1);
    }

    private String apertureNames() {
        return space().apertures().toString();
    }

    private void assertMappedIsReached(EduDriver edu, IovaRange range) {
        ByteBuffer bytes = memory.window(0);
        space().map(range, memory.address(), Access.READ_WRITE);
        Reach.assertReaches(edu, range.first(), bytes);
        assertEquals(page, space().unmap(range));
        Reach.assertDoesNotReach(edu, range.first(), bytes);
    }

    private IllegalArgumentException refused(IovaRange range) {
        return assertThrows(
                IllegalArgumentException.class,
                () -> space().map(range, memory.address(), Access.READ_WRITE));
    }

    private VfioException noRoom(long bytes, IovaRange within) {
        int before = space().mappings().size();
        VfioException refused =
                assertThrows(VfioException.class, () -> space().allocate(bytes, within));
        assertEquals(before, space().mappings().size());
        return refused;
    }
}
