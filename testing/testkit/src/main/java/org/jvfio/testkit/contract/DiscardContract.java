// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.DiscardableRam;
import org.jvfio.MemoryListener;
import org.jvfio.MemorySection;
import org.jvfio.RamRegion;
import org.jvfio.VfioException;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.ProcessMemory;
import org.jvfio.testkit.driver.EduDriver;

/** Guest memory that comes and goes in blocks. */
public abstract class DiscardContract extends Contract {
    private static final int BLOCKS = 8;
    private static final int PAGES_OF_A_BLOCK = 2;
    private static final long FIRST = 0x1000_0000;
    private static final long MARK = 0x7766_5544_3322_1100L;

    private int block;
    private DiscardableRam memory;
    private ByteBuffer bytes;

    /** For extension. */
    protected DiscardContract() {}

    @BeforeEach
    final void makeMemory() {
        block = PAGES_OF_A_BLOCK * vfio().host().pageSize();
        int size = BLOCKS * block;
        long raw = memory(size + (long) block).address();
        long address = raw + block - 1 & -block;
        memory = DiscardableRam.of(RamRegion.of("virtio-mem", address, size), block);
        bytes = ProcessMemory.view(address, size);
    }

    private void addSection() {
        MemoryListener listener = space().memoryListener();
        listener.begin();
        listener.regionAdded(MemorySection.of(FIRST, memory));
        listener.commit();
    }

    private boolean copies(PciDevice device, int from, int to) {
        bytes.putLong(from * block, MARK);
        bytes.putLong(to * block, 0);
        try (EduDriver edu = EduDriver.start(device)) {
            edu.load(FIRST + (long) from * block, Long.BYTES);
            edu.store(FIRST + (long) to * block, Long.BYTES);
        }
        return bytes.getLong(to * block) == MARK;
    }

    @Test
    void deviceReachesWhatIsPopulated() {
        PciDevice device = attach(bench().edu());
        addSection();
        assertEquals(0, space().limits().mappings());

        memory.populate(block, 3L * block);

        assertEquals(true, copies(device, 1, 3));
        assertEquals(3, space().limits().mappings());
    }

    @Test
    void deviceDoesNotReachWhatWasDiscarded() {
        PciDevice device = attach(bench().edu());
        addSection();
        memory.populate(0, (long) BLOCKS * block);

        memory.discard(2L * block, 2L * block);

        assertEquals(false, copies(device, 0, 2));
        assertEquals(true, copies(device, 1, 4));
        assertEquals(BLOCKS - 2, space().limits().mappings());
    }

    @Test
    void deviceThatJoinsLaterReachesWhatIsPopulated() {
        addSection();
        memory.populate(0, 2L * block);

        assertEquals(true, copies(attach(bench().edu()), 0, 1));
    }

    @Test
    void blocksThatWouldNotFitAllKeepTheDeviceOut() {
        Optional<Bench.Limit> limit = bench().limitMappings(BLOCKS - 1);
        assumeTrue(limit.isPresent(), "the machine has no limit to set");
        try {
            assumeTrue(isLimited(), "the backend has no limit on mappings");
            addSection();

            VfioException refused = assertThrows(VfioException.class, () -> attach(bench().edu()));

            assertNames(refused, String.valueOf(BLOCKS), "larger blocks", "dma_entry_limit");
            assertEquals(before(), bench().holdings());
        } finally {
            limit.get().close();
        }
    }

    private boolean isLimited() {
        try (PciDevice device = attach(bench().edu())) {
            return device.addressSpace().limits().mappingsLeft().isPresent();
        }
    }
}
