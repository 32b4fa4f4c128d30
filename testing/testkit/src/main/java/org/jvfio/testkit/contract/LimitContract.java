// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.AttachOptions;
import org.jvfio.IovaRange;
import org.jvfio.VfioException;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Errno;
import org.jvfio.spi.NativeMemory;
import org.jvfio.testkit.driver.EduDriver;

/** What the kernel takes no more of: mappings, locked memory; and how much it does take. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class LimitContract extends Contract {
    private static final long FIRST = 0x1000_0000;
    private static final long BIG = 64 << 20;
    private static final int MANY = 5000;
    private static final long LOCKED_PAGES = 16;

    private long page;
    private NativeMemory memory;

    /** For extension. */
    protected LimitContract() {}

    @BeforeEach
    final void takeMemory() {
        page = space().pageSize();
        memory = memory(2 * LOCKED_PAGES * page);
    }

    @Test
    void roomComesBackWithEachMappingThatGoes() {
        try (Bench.Limit two = limitMappings(2);
                PciDevice device = attach(bench().edu())) {
            map(0);
            map(1);
            for (long i = 0; i < 3; i++) {
                assertEquals(OptionalInt.of(0), space().limits().mappingsLeft());
                assertFull(5, 2);
                assertEquals(page, space().unmap(pages(i, 1)));
                assertEquals(OptionalInt.of(1), space().limits().mappingsLeft());
                map(i + 2);
            }
            assertEquals(2 * page, device.addressSpace().unmapAll());
            assertEquals(OptionalInt.of(2), space().limits().mappingsLeft());
        }
    }

    @Test
    void containerKeepsTheLimitThatItWasMadeWith() {
        try (PciDevice device = attachUnder(1)) {
            map(0);
            assertFull(1, 1);
            assertEquals(OptionalInt.of(0), device.addressSpace().limits().mappingsLeft());
        }
        try (PciDevice device = attach(bench().edu())) {
            map(1);
            assertEquals(2, device.addressSpace().limits().mappings());
        }
    }

    private PciDevice attachUnder(int mappings) {
        try (Bench.Limit limit = limitMappings(mappings)) {
            return attach(bench().edu());
        }
    }

    @Test
    void moreMappingsThanTheLimitKeepTheDeviceOut() {
        map(0);
        map(1);
        map(2);
        try (Bench.Limit two = limitMappings(2)) {
            VfioException refused = assertThrows(VfioException.class, () -> attach(bench().edu()));

            assertNames(refused, pages(2, 1).toString(), "ENOSPC", "dma_entry_limit");
            assertEquals(before(), bench().holdings());
            assertEquals(3, space().mappings().size());
        }
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            Reach.assertReaches(edu, pages(2, 1).first(), memory.window(0));
        }
    }

    @Test
    void whatOneBackendRefusesIsTakenBackFromTheOther() {
        Optional<String> backend = bench().otherBackend();
        assumeTrue(backend.isPresent(), "the machine has one backend only");
        AttachOptions other = AttachOptions.defaults().backend(backend.orElseThrow());
        Optional<Bench.Limit> limit = bench().limitMappings(1);
        assumeTrue(limit.isPresent(), "the machine has no limit on mappings to set");
        try (Bench.Limit one = limit.orElseThrow();
                PciDevice here = attach(bench().edu());
                PciDevice there = space().attach(bench().otherEdu(), other);
                EduDriver first = EduDriver.start(here);
                EduDriver second = EduDriver.start(there)) {
            map(0);
            Holdings holdings = bench().holdings();

            assertFull(1, 1);

            assertEquals(holdings, bench().holdings());
            for (EduDriver edu : new EduDriver[] {first, second}) {
                Reach.assertDoesNotReach(edu, pages(1, 1).first(), memory.window(0));
                Reach.assertReaches(edu, pages(0, 1).first(), memory.window(0));
            }
        }
    }

    @Test
    void memoryBeyondWhatMayBeLockedIsRefusedAndTheLimitNamed() {
        assumeTrue(bench().countsMappings(), "memory counts once for the process, and tables do");
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device);
                Bench.Limit limit = limitLocked()) {
            VfioException refused = tooMuch();

            assertNames(refused, "ENOMEM", "RLIMIT_MEMLOCK", "raise it to");
            assertEquals(0, space().mappings().size());
            mapLocked(LOCKED_PAGES);
            Reach.assertReaches(edu, FIRST, memory.window(0));
            tooMuch();
            assertEquals(LOCKED_PAGES * page, space().unmapAll());
            mapLocked(LOCKED_PAGES);
        }
    }

    @Test
    void moreMemoryThanMayBeLockedKeepsTheDeviceOut() {
        mapLocked(2 * LOCKED_PAGES);
        try (Bench.Limit limit = limitLocked()) {
            VfioException refused = assertThrows(VfioException.class, () -> attach(bench().edu()));

            assertNames(refused, pages(0, 2 * LOCKED_PAGES).toString(), "ENOMEM");
            assertEquals(before(), bench().holdings());
        }
        attach(bench().edu()).close();
    }

    @Test
    void bigMappingIsReachedAtBothEnds() {
        NativeMemory big = memory(BIG);
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            space().map(IovaRange.of(FIRST, BIG), big.address(), Access.READ_WRITE);
            int last = (int) BIG - Reach.BYTES;

            Reach.assertReaches(edu, FIRST, big.window(0));
            Reach.assertReaches(edu, FIRST + last, big.window(0).slice(last, Reach.BYTES));
            assertEquals(BIG, space().unmapAll());
            Reach.assertDoesNotReach(edu, FIRST, big.window(0));
        }
    }

    @Test
    void eachOfThousandsOfMappingsIsThere() {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            for (int i = 0; i < MANY; i++) {
                map(2L * i);
            }
            assertEquals(MANY, space().limits().mappings());

            for (int i : new int[] {0, MANY / 2, MANY - 1}) {
                Reach.assertReaches(edu, pages(2L * i, 1).first(), memory.window(0));
                Reach.assertDoesNotReach(edu, pages(2L * i + 1, 1).first(), memory.window(0));
            }
            assertEquals(MANY * page, space().unmapAll());
        }
    }

    private IovaRange pages(long index, long count) {
        return IovaRange.of(FIRST + index * page, count * page);
    }

    private void map(long index) {
        space().map(pages(index, 1), memory.address(), Access.READ_WRITE);
    }

    private void mapLocked(long count) {
        space().map(pages(0, count), memory.address(), Access.READ_WRITE);
    }

    private void assertFull(long index, int limit) {
        int before = space().mappings().size();
        VfioException refused = assertThrows(VfioException.class, () -> map(index));
        assertEquals(OptionalInt.of(Errno.ENOSPC.number()), refused.errno());
        assertNames(
                refused,
                pages(index, 1).toString(),
                "ENOSPC: " + limit + " mappings in use",
                "dma_entry_limit");
        assertEquals(before, space().mappings().size());
    }

    private VfioException tooMuch() {
        IovaRange range = pages(LOCKED_PAGES, LOCKED_PAGES + 1);
        VfioException refused =
                assertThrows(
                        VfioException.class,
                        () -> space().map(range, memory.address(), Access.READ_WRITE));
        assertEquals(OptionalInt.of(Errno.ENOMEM.number()), refused.errno());
        assertNames(refused, range.toString());
        return refused;
    }

    private Bench.Limit limitMappings(int mappings) {
        Optional<Bench.Limit> limit = Optional.empty();
        try (PciDevice device = vfio().newAddressSpace().attach(bench().nvme(), options())) {
            assumeTrue(
                    device.addressSpace().limits().mappingsLeft().isPresent(),
                    () -> "the backend " + bench().backend() + " has no limit on mappings");
            limit = bench().limitMappings(mappings);
        }
        assumeTrue(limit.isPresent(), "the machine has no limit on mappings to set");
        return limit.orElseThrow();
    }

    private AttachOptions options() {
        return AttachOptions.defaults().backend(bench().backend());
    }

    private Bench.Limit limitLocked() {
        Optional<Bench.Limit> limit = bench().limitLockedMemory(LOCKED_PAGES * page);
        assumeTrue(limit.isPresent(), "this process may lock what it likes: it is root");
        return limit.orElseThrow();
    }
}
