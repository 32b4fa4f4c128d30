// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.jvfio.testkit.Seam.PAGE;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.uapi.DetachPt;
import org.jvfio.linux.uapi.IrqSet;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.testkit.device.DmaFault;
import org.jvfio.testkit.device.EduModel;

/** What devices read and write, and what they may not. */
final class DmaTest {
    private static final long BUFFER = EduModel.BUFFER;
    private static final int FROM_MEMORY = 0;
    private static final int TO_MEMORY = 2;
    private static final int INTERRUPT = 4;
    private static final int FIXED = Fcntl.MAP_PRIVATE | Fcntl.MAP_ANONYMOUS | Fcntl.MAP_FIXED;

    private Seam seam;

    @BeforeEach
    void open() {
        seam = Seam.open();
    }

    @AfterEach
    void close() {
        seam.close();
    }

    private List<DmaFault> faults() {
        return Seam.REAL ? List.of() : seam.sim().faults();
    }

    /** Checks that exactly one fault was seen, where faults can be seen. */
    private void oneFault(long iova, boolean write) {
        if (!Seam.REAL) {
            assertEquals(1, faults().size(), faults()::toString);
            assertEquals(iova, faults().get(0).iova());
            assertEquals(write, faults().get(0).write());
            assertEquals(Seam.EDU, faults().get(0).device());
        }
    }

    private long filled(int bytes, int seed) {
        long address = seam.memory(bytes);
        for (int i = 0; i < bytes; i++) {
            seam.view(address, bytes).put(i, (byte) (seed + i));
        }
        return address;
    }

    private void assertBytes(long address, int bytes, int seed) {
        for (int i = 0; i < bytes; i++) {
            assertEquals((byte) (seed + i), seam.view(address, bytes).get(i), "byte " + i);
        }
    }

    @ParameterizedTest
    @EnumSource(Bound.Interface.class)
    void deviceCarriesBytesFromOnePageToAnother(Bound.Interface through) {
        Bound edu = through.edu(seam).enabled();
        long from = filled(PAGE, 7);
        long to = seam.memory(PAGE);
        assertEquals(0, edu.map(0x10 * PAGE, from, PAGE, true, false));
        assertEquals(0, edu.map(0x40000000, to, PAGE, true, true));

        edu.edu(0x10 * PAGE + 0x10, BUFFER, 100, FROM_MEMORY);
        edu.edu(BUFFER, 0x40000020, 100, TO_MEMORY);

        assertBytes(to + 0x20, 100, 7 + 0x10);
        assertEquals(List.of(), faults());
    }

    @ParameterizedTest
    @EnumSource(Bound.Interface.class)
    void accessMayReachOverSeveralMappings(Bound.Interface through) {
        Bound edu = through.edu(seam).enabled();
        long first = filled(PAGE, 1);
        long second = filled(PAGE, 2);
        assertEquals(0, edu.map(0x10 * PAGE, first, PAGE));
        assertEquals(0, edu.map(0x11 * PAGE, second, PAGE));

        edu.edu(0x11 * PAGE - 8, BUFFER, 16, FROM_MEMORY);
        edu.edu(BUFFER, 0x10 * PAGE, 16, TO_MEMORY);

        assertBytes(first, 8, 1 + PAGE - 8);
        assertBytes(first + 8, 8, 2);
    }

    @ParameterizedTest
    @EnumSource(Bound.Interface.class)
    void unmappedMemoryIsNotReached(Bound.Interface through) {
        Bound edu = through.edu(seam).enabled();
        long to = filled(PAGE, 3);
        assertEquals(0, edu.map(0x10 * PAGE, to, PAGE));
        assertEquals(0, edu.unmap(0x10 * PAGE, PAGE));

        edu.edu(BUFFER, 0x10 * PAGE, 64, TO_MEMORY);

        assertBytes(to, PAGE, 3);
        oneFault(0x10 * PAGE, true);
    }

    @ParameterizedTest
    @EnumSource(Bound.Interface.class)
    void readOnlyMappingIsNotWritten(Bound.Interface through) {
        Bound edu = through.edu(seam).enabled();
        long to = filled(PAGE, 3);
        assertEquals(0, edu.map(0x10 * PAGE, to, PAGE, true, false));

        edu.edu(BUFFER, 0x10 * PAGE, 64, TO_MEMORY);

        assertBytes(to, PAGE, 3);
        oneFault(0x10 * PAGE, true);
    }

    @Test
    void withoutBusMasteringNothingMoves() {
        Bound edu = Bound.Interface.IOMMUFD.edu(seam);
        edu.write(Bound.CONFIG + 4, 2, 2);
        long to = filled(PAGE, 3);
        assertEquals(0, edu.map(0x10 * PAGE, to, PAGE));

        edu.edu(BUFFER, 0x10 * PAGE, 64, TO_MEMORY);

        assertBytes(to, PAGE, 3);
        oneFault(0x10 * PAGE, true);
    }

    @Test
    @DisabledIfSystemProperty(
            named = "jvfio.testkit.kernel",
            matches = "real",
            disabledReason = "QEMU ends when edu is asked for this")
    void deviceHasNoMoreThanItsBuffer() {
        Bound edu = Bound.Interface.IOMMUFD.edu(seam).enabled();
        long to = filled(PAGE, 3);
        assertEquals(0, edu.map(0x10 * PAGE, to, PAGE));

        edu.edu(BUFFER + EduModel.BUFFER_SIZE - 8, 0x10 * PAGE, 16, TO_MEMORY);

        assertBytes(to, PAGE, 3);
        oneFault(0x10 * PAGE, true);
    }

    @Test
    void interruptComesAfterTheLastByte() {
        Bound edu = Bound.Interface.LEGACY.edu(seam).enabled();
        int eventfd = seam.eventfd();
        assertEquals(
                0,
                seam.ioctl(
                        edu.device,
                        VfioRequests.DEVICE_SET_IRQS,
                        IrqSet.eventfds(IrqSet.ACTION_TRIGGER, 1, 0, eventfd)));
        long from = filled(PAGE, 9);
        assertEquals(0, edu.map(0, from, PAGE));

        edu.edu(0, BUFFER, 16, FROM_MEMORY | INTERRUPT);

        assertTrue(seam.arrives(eventfd));
        assertEquals(0x100, edu.read(0x24, 4));
        edu.write(0x64, 4, 0x100);
    }

    @ParameterizedTest
    @EnumSource(Bound.Interface.class)
    void pinnedPageIsTheDevicesWhateverTheProcessDoes(Bound.Interface through) {
        Bound edu = through.edu(seam).enabled();
        long memory = filled(2 * PAGE, 5);
        long to = seam.memory(PAGE);
        assertEquals(0, edu.map(0x10 * PAGE, memory, 2 * PAGE));
        assertEquals(0, edu.map(0x20 * PAGE, to, PAGE));

        assertEquals(memory, seam.kernel.mmap(memory, PAGE, 3, FIXED, -1, 0));
        edu.edu(0x10 * PAGE, BUFFER, 16, FROM_MEMORY);
        edu.edu(BUFFER, 0x20 * PAGE, 16, TO_MEMORY);
        edu.edu(BUFFER, 0x10 * PAGE + 0x100, 16, TO_MEMORY);

        assertBytes(to, 16, 5);
        assertEquals(0, seam.view(memory, PAGE).getLong(0x100));
        assertEquals(List.of(), faults());
    }

    @ParameterizedTest
    @EnumSource(Bound.Interface.class)
    void unmappedProcessMemoryStaysPinned(Bound.Interface through) {
        Bound edu = through.edu(seam).enabled();
        long memory = filled(PAGE, 5);
        long to = seam.memory(PAGE);
        assertEquals(0, edu.map(0x10 * PAGE, memory, PAGE));
        assertEquals(0, edu.map(0x20 * PAGE, to, PAGE));

        assertEquals(0, seam.kernel.munmap(memory, PAGE));
        edu.edu(0x10 * PAGE, BUFFER, 16, FROM_MEMORY);
        edu.edu(BUFFER, 0x20 * PAGE, 16, TO_MEMORY);

        assertBytes(to, 16, 5);
        assertEquals(0, edu.unmap(0x10 * PAGE, PAGE));
    }

    @Test
    void detachedDeviceReachesNothing() {
        Bound edu = Bound.Interface.IOMMUFD.edu(seam).enabled();
        long to = filled(PAGE, 3);
        assertEquals(0, edu.map(0x10 * PAGE, to, PAGE));
        var detach = new DetachPt();
        assertEquals(0, seam.ioctl(edu.device, VfioRequests.DEVICE_DETACH_IOMMUFD_PT, detach));

        edu.edu(BUFFER, 0x10 * PAGE, 64, TO_MEMORY);

        assertBytes(to, PAGE, 3);
        oneFault(0x10 * PAGE, true);
    }
}
