// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvfio.Access;
import org.jvfio.AddressSpace;
import org.jvfio.IovaRange;
import org.jvfio.Vfio;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Errno;
import org.jvfio.linux.KernelException;

/** {@code vfio_dma_mapping_test.c}, fixture {@code vfio_dma_map_limit_test}: DL-1 to DL-15. */
abstract class DmaLimitCases extends Acceptance {
    /** What is done with the page at the very top. */
    private interface Unmapping {
        long unmap(AddressSpace space, IovaRange top);
    }

    static Stream<Case<String>> unmapRange() {
        return Case.eachMode("DL", 1, "unmap_range");
    }

    static Stream<Case<String>> unmapAll() {
        return Case.eachMode("DL", 6, "unmap_all");
    }

    static Stream<Case<String>> overflow() {
        return Case.eachMode("DL", 11, "overflow");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void unmapRange(Case<String> given) {
        mapAtTheTop(given.mode(), AddressSpace::unmap);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void unmapAll(Case<String> given) {
        mapAtTheTop(given.mode(), (space, top) -> space.unmapAll());
    }

    private void mapAtTheTop(IommuMode mode, Unmapping unmapping) {
        try (Vfio vfio = open(mode);
                PciDevice device = attach(vfio, mode, bench().edu());
                CallerMemory memory = CallerMemory.of(kernel(), device.addressSpace().pageSize())) {
            AddressSpace space = device.addressSpace();
            IovaRange top = FreeRange.top(space.apertures(), memory.size());

            space.map(top, memory.address(), Access.READ_WRITE);

            assertEquals(top, space.mappings().get(0).range());
            assertEquals(memory.size(), unmapping.unmap(space, top));
            assertEquals(List.of(), space.mappings());
        }
    }

    /** The SDK refuses such a range before the kernel is asked, and the kernel refuses it too. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void overflow(Case<String> given) throws KernelException {
        try (RawDevice device = RawDevice.open(kernel(), given.mode(), bench().edu());
                CallerMemory memory = CallerMemory.of(kernel(), 2L * bench().host().pageSize())) {
            long top = -bench().host().pageSize();

            assertThrows(IllegalArgumentException.class, () -> IovaRange.of(top, memory.size()));
            assertOverflow(() -> device.map(top, memory.address(), memory.size()));
            assertOverflow(() -> device.unmap(top, memory.size()));
        }
    }

    private static void assertOverflow(Executable request) {
        assertEquals(Errno.EOVERFLOW, assertThrows(KernelException.class, request).errno());
    }
}
