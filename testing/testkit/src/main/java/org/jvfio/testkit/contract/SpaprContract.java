// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.AddressSpace;
import org.jvfio.DmaBudget;
import org.jvfio.DmaBuffer;
import org.jvfio.DmaDemand;
import org.jvfio.DmaWindow;
import org.jvfio.DmaWindowSet;
import org.jvfio.IovaRange;
import org.jvfio.MemoryListener;
import org.jvfio.MemoryListener.Outcome;
import org.jvfio.MemoryListener.SectionState;
import org.jvfio.MemorySection;
import org.jvfio.PeerMapping;
import org.jvfio.RamRegion;
import org.jvfio.RegisteredMemory;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Errno;
import org.jvfio.spi.NativeMemory;
import org.jvfio.testkit.driver.EduDriver;

/** POWER's IOMMU, version 2: windows that come and go, and memory that is registered. */
// Who extends it has JUnit's modules; who only uses the simulated kernel need not have them.
@SuppressWarnings("exports")
public abstract class SpaprContract extends Contract {
    private static final long GIB = 1L << 30;
    private static final int SMALL = 12;
    private static final int LARGER = 16;
    private static final int NO_SUCH = 13;
    private static final IovaRange FIRST = new IovaRange(0, GIB - 1);
    private static final IovaRange HIGH = new IovaRange(1L << 32, -1);

    private long page;

    /** For extension. */
    protected SpaprContract() {}

    @BeforeEach
    final void measure() {
        page = vfio().host().pageSize();
    }

    private DmaWindowSet windows() {
        return space().windows().orElseThrow();
    }

    private static IovaRange at(DmaWindow window, long offset, long bytes) {
        return IovaRange.of(window.range().first() + offset, bytes);
    }

    @Test
    void addressSpaceHasNoWindowsBeforeADeviceComes() {
        assertEquals(Optional.empty(), space().windows());
        try (PciDevice device = attach(bench().edu())) {
            assertEquals(List.of(new DmaWindow(FIRST, SMALL)), windows().all());
            assertEquals(List.of(FIRST), space().apertures());
            assertEquals(2, windows().most());
            assertTrue((windows().pageSizes() & page) != 0);
            assertEquals(bench().backend(), device.backend());
        }
    }

    @Test
    void deviceReachesWhatIsMappedInAWindowOfItsOwn() {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            DmaWindow window = windows().create(2 * GIB, SMALL);
            NativeMemory memory = memory(page);
            IovaRange range = at(window, page, page);
            space().map(range, memory.address(), Access.READ_WRITE);
            Pattern.of(7, EduDriver.BUFFER_BYTES).putInto(memory.window(0));
            edu.load(range.first(), EduDriver.BUFFER_BYTES);
            Pattern.of(0, EduDriver.BUFFER_BYTES).putInto(memory.window(0));
            edu.store(range.first(), EduDriver.BUFFER_BYTES);
            Pattern.of(7, EduDriver.BUFFER_BYTES).assertIn(memory.window(0));

            assertEquals(page, space().unmap(range));
            windows().remove(window);
            assertEquals(List.of(FIRST), space().apertures());
        }
    }

    @Test
    void windowThatCannotBeIsRefusedBeforeTheKernelIsAsked() {
        try (PciDevice device = attach(bench().edu())) {
            assertNames(
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> windows().create(2 * GIB, NO_SUCH)),
                    "2^13",
                    "sizes 0x");
            assertNames(
                    assertThrows(
                            IllegalArgumentException.class, () -> windows().create(3 * GIB, SMALL)),
                    "power of two");
            assertThrows(
                    IllegalArgumentException.class,
                    () -> windows().remove(new DmaWindow(HIGH, SMALL)));
            assertEquals(1, windows().all().size());
            assertEquals(List.of(device), space().devices());
        }
    }

    @Test
    void whenAllWindowsAreInUseTheyAreNamed() {
        try (PciDevice device = attach(bench().edu())) {
            DmaWindow second = windows().create(2 * GIB, SMALL);
            assertNames(
                    assertThrows(VfioException.class, () -> windows().create(2 * GIB, SMALL)),
                    second.toString(),
                    "remove one");
            assertEquals(List.of(device), space().devices());
        }
    }

    @Test
    void windowWithSomethingInItStays() {
        try (PciDevice device = attach(bench().edu());
                DmaBuffer buffer = space().allocate(page)) {
            DmaWindow first = windows().all().get(0);
            assertNames(
                    assertThrows(IllegalArgumentException.class, () -> windows().remove(first)),
                    "mapped",
                    "unmap");
            assertEquals(List.of(first), windows().all());
            assertFalse(buffer.iova() == 0);
            assertEquals(List.of(device), space().devices());
        }
    }

    @Test
    void windowIsMadeForWhatIsAllocatedOutsideOfAll() {
        try (PciDevice device = attach(bench().edu());
                DmaBuffer buffer = space().allocate(page, HIGH)) {
            assertEquals(2, windows().all().size());
            assertTrue(windows().all().get(1).range().contains(IovaRange.of(buffer.iova(), page)));
            assertEquals(List.of(device), space().devices());
        }
    }

    @Test
    void windowIsMadeForWhatIsMappedOutsideOfAll() {
        try (PciDevice device = attach(bench().edu())) {
            DmaWindow model = windows().create(2 * GIB, SMALL);
            windows().remove(model);
            NativeMemory memory = memory(page);
            IovaRange far = at(model, 5 * GIB, page);
            space().map(far, memory.address(), Access.READ);
            assertTrue(windows().all().get(1).range().contains(far));
            space().unmap(far);
            assertEquals(List.of(device), space().devices());
        }
    }

    @Test
    void windowIsMadeForGuestMemoryOutsideOfAll() {
        try (PciDevice device = attach(bench().edu())) {
            DmaWindow model = windows().create(2 * GIB, SMALL);
            windows().remove(model);
            MemorySection section = section(model.range().first());
            MemoryListener listener = change(List.of(), List.of(section));

            assertEquals(Outcome.MAPPED, listener.states().get(0).outcome());
            assertTrue(windows().all().get(1).range().contains(section.range()));
            change(List.of(section), List.of());
            assertEquals(List.of(), space().mappings());
            assertEquals(List.of(device), space().devices());
        }
    }

    @Test
    void guestMemoryThatNoWindowHoldsFails() {
        List<VfioException> told = new ArrayList<>();
        space().memoryListener().onFailure((section, refusal) -> told.add(refusal));
        try (PciDevice device = attach(bench().edu())) {
            SectionState state = change(List.of(), List.of(section(4 * GIB))).states().get(0);

            assertEquals(Outcome.FAILED, state.outcome());
            assertEquals(1, told.size());
            assertNames(told.get(0), "outside what the IOMMU translates", FIRST.toString());
            assertEquals(List.of(new DmaWindow(FIRST, SMALL)), windows().all());
            assertEquals(List.of(device), space().devices());
        }
    }

    private MemorySection section(long first) {
        return MemorySection.of(first, RamRegion.of("ram", memory(page).address(), page));
    }

    private MemoryListener change(List<MemorySection> removed, List<MemorySection> added) {
        MemoryListener listener = space().memoryListener();
        listener.begin();
        removed.forEach(listener::regionRemoved);
        added.forEach(listener::regionAdded);
        listener.commit();
        return listener;
    }

    @Test
    void mediatedDeviceIsRefusedAndItIsSaid() {
        try (Mdevs mdevs = new Mdevs(vfio())) {
            DeviceAddress<PciDevice> port = mdevs.make(Mdevs.DUAL_PORT);
            VfioException refused = assertThrows(VfioException.class, () -> space().attach(port));
            assertNames(refused, "VFIO_SET_IOMMU: EINVAL", "mediated");
        }
    }

    @Test
    void whatNoWindowCanHoldIsRefusedAndLeavesNone() {
        try (PciDevice device = attach(bench().edu())) {
            space().allocate(page).close();
            Holdings held = bench().holdings();
            NativeMemory memory = memory(page);
            assertThrows(
                    IllegalArgumentException.class,
                    () ->
                            space().map(
                                            IovaRange.of(4 * GIB, page),
                                            memory.address(),
                                            Access.READ_WRITE));
            assertEquals(List.of(new DmaWindow(FIRST, SMALL)), windows().all());
            assertEquals(held, bench().holdings());
            assertEquals(List.of(device), space().devices());
        }
    }

    @Test
    void windowOfLargerPagesTakesWholeOnes() {
        try (PciDevice device = attach(bench().edu())) {
            DmaWindow window = windows().create(2 * GIB, LARGER);
            NativeMemory memory = memory(1 << LARGER);
            long half = (1L << LARGER) / 2;
            assertNames(
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> space().map(at(window, 0, half), memory.address(), Access.READ)),
                    "whole pages",
                    window.toString());
            assertEquals(List.of(device), space().devices());
        }
    }

    @Test
    void nextDeviceGetsTheSameWindows() {
        PciDevice first = attach(bench().edu());
        DmaWindow second = windows().create(2 * GIB, SMALL);
        windows().remove(windows().all().get(0));
        first.close();
        try (PciDevice next = attach(bench().otherEdu());
                PciDevice beside = attach(bench().edu())) {
            assertEquals(List.of(second), windows().all());
            assertEquals(List.of(second.range()), space().apertures());
            assertEquals(List.of(next, beside), space().devices());
        }
    }

    @Test
    void registeredMemoryCountsOnceForAllDevicesAndMappings() {
        try (PciDevice one = attach(bench().edu());
                PciDevice other = attach(bench().otherEdu())) {
            space().allocate(page).close();
            long without = bench().holdings().pinnedBytes();
            DmaDemand demand = new DmaDemand(2, 2, 4 * page);
            DmaBudget budget = vfio().budget(bench().backend(), demand);
            NativeMemory memory = memory(4 * page);
            try (RegisteredMemory kept = space().register(memory.address(), 4 * page)) {
                assertEquals(without + 4 * page, bench().holdings().pinnedBytes());
                assertEquals(budget.bytesNeeded(), space().limits().pinnedBytes());
                space().map(IovaRange.of(GIB / 2, page), kept.vaddr(), Access.READ);
                space().map(IovaRange.of(GIB / 4, 2 * page), kept.vaddr(), Access.READ);
                assertEquals(without + 4 * page, bench().holdings().pinnedBytes());
            }
            assertEquals(without + 4 * page, bench().holdings().pinnedBytes());
            assertEquals(3 * page, space().unmapAll());
            assertEquals(without, bench().holdings().pinnedBytes());
            assertEquals(List.of(one, other), space().devices());
        }
    }

    @Test
    void mappingsOfOverlappingMemoryComeAndGoInAnyOrder() {
        AddressSpace second = vfio().newAddressSpace();
        try (PciDevice one = attach(bench().edu());
                PciDevice other = attach(second, bench().otherEdu())) {
            NativeMemory memory = memory(4 * page);
            long vaddr = memory.address();
            space().map(IovaRange.of(GIB / 2, 2 * page), vaddr, Access.READ_WRITE);
            second.map(IovaRange.of(GIB / 2, 3 * page), vaddr + page, Access.READ_WRITE);
            space().map(IovaRange.of(GIB / 4, 4 * page), vaddr, Access.READ_WRITE);
            space().unmap(IovaRange.of(GIB / 2, 2 * page));
            second.unmapAll();
            space().unmapAll();
            assertEquals(List.of(one), space().devices());
            assertEquals(List.of(other), second.devices());
        }
        second.close();
    }

    @Test
    void memoryThatMayNotBeWrittenIsRefusedByName() {
        try (PciDevice device = attach(bench().edu())) {
            VfioException refused =
                    assertThrows(VfioException.class, () -> space().register(page, page));
            assertEquals(OptionalInt.of(Errno.EFAULT.number()), refused.errno());
            assertNames(refused, "VFIO_IOMMU_SPAPR_REGISTER_MEMORY", "may write");
            assertThrows(IllegalArgumentException.class, () -> space().register(page + 1, page));
            assertEquals(List.of(device), space().devices());
        }
    }

    @Test
    void barIsOutOfReachOfOtherDevicesAndItIsSaid() {
        try (PciDevice one = attach(bench().edu());
                PciDevice other = attach(bench().otherEdu());
                PeerMapping peer =
                        space().mapPeer(
                                        IovaRange.of(GIB / 2, page),
                                        other.bar(0),
                                        0,
                                        Access.READ_WRITE)) {
            assertEquals(PeerMapping.State.REFUSED, peer.state());
            assertTrue(peer.reason().contains("no BAR of a device is memory"), peer::reason);
            assertEquals(List.of(one, other), space().devices());
        }
    }

    @Test
    void limitOfLockedMemoryIsNamed() {
        Optional<Bench.Limit> limit = bench().limitLockedMemory(2 * page);
        assumeTrue(limit.isPresent(), "this process may lock what it likes: it is root");
        try (Bench.Limit lifted = limit.orElseThrow();
                PciDevice device = attach(bench().edu())) {
            NativeMemory memory = memory(4 * page);
            assertNames(
                    assertThrows(
                            VfioException.class,
                            () -> space().register(memory.address(), 4 * page)),
                    "ENOMEM",
                    "RLIMIT_MEMLOCK");
            assertNames(
                    assertThrows(VfioException.class, () -> windows().create(2 * GIB, SMALL)),
                    "ENOMEM",
                    "RLIMIT_MEMLOCK");
            assertEquals(List.of(device), space().devices());
            assertFalse(lifted.toString().isEmpty());
        }
    }
}
