// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.jvfio.VfioException;
import org.jvfio.device.Mmio;
import org.jvfio.spi.NativeMemory;

final class LiveMappingsTest {
    private final LiveMappings mappings = new LiveMappings();

    @Test
    void closingClosesEachMappingOnce() throws KernelException {
        Memory memory = new Memory();
        Mmio mmio = mappings.open("BAR 0", () -> memory);

        mappings.close();
        mappings.close();

        assertEquals(1, memory.retired);
        assertThrows(IllegalStateException.class, () -> mmio.getByte(0));
    }

    @Test
    void whatItsUserClosedIsForgotten() throws KernelException {
        Memory memory = new Memory();
        mappings.open("BAR 0", () -> memory).close();

        mappings.close();

        assertEquals(1, memory.retired);
    }

    @Test
    void whatCouldNotBeTakenBackIsTriedAgain() throws KernelException {
        Memory memory = new Memory();
        memory.failures = 1;
        Mmio mmio = mappings.open("BAR 0", () -> memory);
        assertThrows(VfioException.class, mmio::close);

        mappings.close();

        assertEquals(1, memory.retired);
    }

    @Test
    void nothingIsMappedAfterTheClose() {
        mappings.close();

        assertThrows(
                IllegalStateException.class,
                () ->
                        mappings.open(
                                "BAR 0",
                                () -> {
                                    throw new AssertionError("asked to map");
                                }));
    }

    private static final class Memory implements NativeMemory {
        private final ByteBuffer bytes = ByteBuffer.allocateDirect(64);
        private int failures;
        private int retired;

        @Override
        public long address() {
            return 0;
        }

        @Override
        public long size() {
            return bytes.capacity();
        }

        @Override
        public ByteBuffer window(int index) {
            return bytes;
        }

        @Override
        public void retire() {
            if (failures-- > 0) {
                throw new VfioException("memory", "mmap", "no");
            }
            retired++;
        }
    }
}
