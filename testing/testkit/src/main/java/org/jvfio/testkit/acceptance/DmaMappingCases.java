// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvfio.Access;
import org.jvfio.AddressSpace;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;
import org.jvfio.Vfio;
import org.jvfio.device.PciDevice;

/**
 * {@code vfio_dma_mapping_test.c}, fixture {@code vfio_dma_mapping_test}: DM-1 to DM-15.
 *
 * <p>The kernel's own test also walks the page tables where Intel's debugfs shows them; this does
 * not.
 */
abstract class DmaMappingCases extends Acceptance {
    static Stream<Case<CallerMemory.Pages>> dmaMapUnmap() {
        return Case.each("DM", 1, "dma_map_unmap", List.of(CallerMemory.Pages.values()));
    }

    /** One page is mapped, listed, and unmapped by exactly its size. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void dmaMapUnmap(Case<CallerMemory.Pages> given) {
        try (CallerMemory memory = CallerMemory.page(kernel(), given.variant());
                Vfio vfio = open(given.mode());
                PciDevice device = attach(vfio, given.mode(), bench().edu())) {
            AddressSpace space = device.addressSpace();
            IovaRange range = FreeRange.of(space.apertures(), memory.size());

            space.map(range, memory.address(), Access.READ_WRITE);

            assertEquals(
                    List.of(new Mapping(range, memory.address(), Access.READ_WRITE)),
                    space.mappings());
            assertEquals(memory.size(), space.unmap(range));
            assertEquals(List.of(), space.mappings());
            assertEquals(0, space.unmap(range));
        }
    }
}
