// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.uapi.RegionInfo;

/**
 * {@code vfio_dma_mapping_mmio_test.c}: MM-1 to MM-15. A BAR's place in the process can be mapped
 * for DMA through a container of VFIO's own, and through nothing that iommufd offers.
 */
abstract class BarMappingCases extends Acceptance {
    private static final int BARS = 6;
    private static final int USABLE = RegionInfo.READ | RegionInfo.WRITE | RegionInfo.MMAP;
    private static final int PROTECTION = Fcntl.PROT_READ | Fcntl.PROT_WRITE;
    private static final long HUGE = 1L << 30;

    static Stream<Case<String>> mapFullBar() {
        return Case.eachMode("MM", 1, "map_full_bar");
    }

    static Stream<Case<String>> mapPartialBar() {
        return Case.eachMode("MM", 6, "map_partial_bar");
    }

    static Stream<Case<String>> mapBarMisaligned() {
        return Case.eachMode("MM", 11, "map_bar_misaligned");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void mapFullBar(Case<String> given) throws KernelException {
        try (RawDevice device = RawDevice.open(kernel(), given.mode(), bench().nvme())) {
            RegionInfo bar = largest(device);
            mapFor(given.mode(), device, bar, bar.size(), 0);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void mapPartialBar(Case<String> given) throws KernelException {
        try (RawDevice device = RawDevice.open(kernel(), given.mode(), bench().nvme())) {
            RegionInfo bar = largest(device);
            assumeTrue(bar.size() >= 2L * pageSize(), "the largest BAR is one page");
            mapFor(given.mode(), device, bar, pageSize(), 0);
        }
    }

    /** The BAR is one page off an address that would suit the largest pages. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void mapBarMisaligned(Case<String> given) throws KernelException {
        try (RawDevice device = RawDevice.open(kernel(), given.mode(), bench().nvme());
                CallerMemory room = CallerMemory.of(kernel(), 3 * HUGE)) {
            RegionInfo bar = largest(device);
            long aligned = (room.address() + HUGE - 1) & -HUGE;
            mapFor(given.mode(), device, bar, Math.min(bar.size(), HUGE), aligned + pageSize());
        }
    }

    private int pageSize() {
        return bench().host().pageSize();
    }

    private static RegionInfo largest(RawDevice device) {
        Optional<RegionInfo> largest =
                IntStream.range(0, BARS)
                        .mapToObj(index -> region(device, index))
                        .filter(bar -> bar.size() > 0 && (bar.flags() & USABLE) == USABLE)
                        .max(Comparator.comparingLong(RegionInfo::size));
        assumeTrue(largest.isPresent(), "no BAR can be mapped, read and written");
        return largest.orElseThrow();
    }

    private static RegionInfo region(RawDevice device, int index) {
        try {
            return device.file().region(index);
        } catch (KernelException refused) {
            throw refused.about("BAR " + index);
        }
    }

    /** Maps {@code size} bytes of the BAR, from where it lies at {@code address} or anywhere. */
    private void mapFor(IommuMode mode, RawDevice device, RegionInfo bar, long size, long address)
            throws KernelException {
        int flags = Fcntl.MAP_SHARED | (address == 0 ? 0 : Fcntl.MAP_FIXED);
        long vaddr =
                kernel().mmap(address, size, PROTECTION, flags, device.file().fd(), bar.offset());
        assertEquals(true, vaddr > 0, () -> "mmap: " + Errno.of((int) -vaddr));
        try {
            if (mode.isIommufd()) {
                KernelException refused =
                        assertThrows(KernelException.class, () -> device.map(size, vaddr, size));
                assertEquals(Errno.EFAULT, refused.errno());
            } else {
                device.map(size, vaddr, size);
                assertEquals(size, device.unmap(size, size));
            }
        } finally {
            assertEquals(0, kernel().munmap(vaddr, size));
        }
    }
}
