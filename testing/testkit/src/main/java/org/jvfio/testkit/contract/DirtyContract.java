// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.AttachOptions;
import org.jvfio.DirtyLog;
import org.jvfio.DirtySource;
import org.jvfio.DirtyTracker;
import org.jvfio.DmaBuffer;
import org.jvfio.IovaRange;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.spi.NativeMemory;
import org.jvfio.testkit.driver.EduDriver;

/**
 * Which pages devices wrote: none is ever missing, whatever comes between the write and the
 * question.
 *
 * <p>Where somebody can tell, none is told that was not written, either; elsewhere all that are
 * mapped are. Which of both it is, {@link #tellsPagesApart} says.
 */
public abstract class DirtyContract extends Contract {
    private static final long FIRST = 0x10_0000;
    private static final int PAGES = 70;

    private int page;
    private NativeMemory memory;

    /** For extension. */
    protected DirtyContract() {}

    /** Who is expected to note what devices write. */
    protected DirtyTracker tracker() {
        return bench().backend().equals("legacy") ? DirtyTracker.PAGE_TABLES : DirtyTracker.NONE;
    }

    /** Whether pages that were not written are known to be clean; behind type 1, none is. */
    protected boolean tellsPagesApart() {
        return false;
    }

    @BeforeEach
    final void makeMemory() {
        page = vfio().host().pageSize();
        memory = memory((long) PAGES * page);
    }

    @Test
    void pagesThatTheDeviceWroteAreDirty() {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            mapAll();
            try (DirtyLog log = space().trackDirty()) {
                write(edu, 1);
                write(edu, 66);

                assertDirty(collect(log, pages(0, PAGES)), 1, 66);
            }
        }
    }

    @Test
    void whatWasCollectedIsCleanUntilItIsWrittenAgain() {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            mapAll();
            try (DirtyLog log = space().trackDirty()) {
                write(edu, 3);
                collect(log, pages(0, PAGES));

                assertDirty(collect(log, pages(0, PAGES)));
                write(edu, 3);
                assertDirty(collect(log, pages(0, PAGES)), 3);
            }
        }
    }

    @Test
    void partThatWasNotAskedForStaysDirty() {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            mapAll();
            try (DirtyLog log = space().trackDirty()) {
                write(edu, 2);
                write(edu, 68);

                assertDirtyOf(3, collect(log, pages(1, 3)), 1);
                assertDirtyOf(3, collect(log, pages(67, 3)), 1);
                assertDirtyOf(3, collect(log, pages(1, 3)));
            }
        }
    }

    @Test
    void bitsOfTheEmbedderStayAndBitZeroIsAtThePosition() {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            mapAll();
            try (DirtyLog log = space().trackDirty()) {
                write(edu, 0);
                ByteBuffer bitmap = ByteBuffer.allocate(32);
                bitmap.put(0, (byte) 0x55).put(31, (byte) 0x55).position(8);
                log.collect(pages(0, 2), bitmap);

                BitSet bits = BitSet.valueOf(bitmap.rewind());
                assertEquals(true, bits.get(64));
                bits.clear(64, 66);
                assertEquals(BitSet.valueOf(new long[] {0x55, 0, 0, 0x55L << 56}), bits);
            }
        }
    }

    @Test
    void whatIsNotMappedHasNoBits() {
        try (PciDevice device = attach(bench().edu());
                DirtyLog log = space().trackDirty()) {
            map(pages(4, 2));
            map(pages(9, 1));
            assertEquals(device.addressSpace(), space());

            BitSet bits = collect(log, pages(0, 64));
            bits.clear(4, 6);
            bits.clear(9);
            assertEquals(new BitSet(), bits);
        }
    }

    @Test
    void whatIsUnmappedIsToldAtTheNextQuestionAndOnce() {
        map(pages(0, 8));
        map(pages(8, 8));
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device);
                DirtyLog log = space().trackDirty()) {
            write(edu, 7);
            write(edu, 8);
            space().unmap(pages(0, 16));

            assertDirtyOf(8, collect(log, pages(0, 8)), 7);
            assertDirtyOf(8, collect(log, pages(8, 8)), 0);
            assertEquals(new BitSet(), collect(log, pages(0, 16)));
        }
    }

    @Test
    void whatIsUnmappedAllAtOnceIsToldAsWell() {
        map(pages(0, 8));
        map(pages(20, 8));
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device);
                DirtyLog log = space().trackDirty()) {
            write(edu, 7);
            write(edu, 20);
            space().unmapAll();

            assertDirtyOf(8, collect(log, pages(0, 8)), 7);
            assertDirtyOf(8, collect(log, pages(20, 8)), 0);
        }
    }

    @Test
    void addressThatIsMappedAnewKeepsWhatWasWrittenBefore() {
        map(pages(0, 8));
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device);
                DirtyLog log = space().trackDirty()) {
            write(edu, 5);
            space().unmap(pages(0, 8));
            space().map(pages(0, 8), memory.address() + 8L * page, Access.READ_WRITE);
            write(edu, 6);

            assertDirtyOf(8, collect(log, pages(0, 8)), 5, 6);
        }
    }

    @Test
    void bufferThatIsClosedIsTold() {
        DmaBuffer buffer = space().allocate(2L * page);
        IovaRange range = buffer.range();
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device);
                DirtyLog log = space().trackDirty()) {
            edu.store(range.first() + page, EduDriver.BUFFER_BYTES);
            buffer.close();

            assertDirtyOf(2, collect(log, range), 1);
        }
    }

    @Test
    void whatADeviceWroteThatLeftIsTold() {
        mapAll();
        try (DirtyLog log = space().trackDirty()) {
            writeAndLeave(bench().edu(), 17);

            assertEquals(List.of(), log.sources());
            assertDirty(collect(log, pages(0, PAGES)), 17);
            assertEquals(new BitSet(), collect(log, pages(0, PAGES)));
        }
    }

    @Test
    void deviceThatJoinsOthersIsTrackedAndWhatItWroteStaysWhenItLeaves() {
        mapAll();
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device);
                DirtyLog log = space().trackDirty()) {
            writeAndLeave(bench().otherEdu(), 11);
            write(edu, 12);

            assertDirty(collect(log, pages(0, PAGES)), 11, 12);
            assertEquals(List.of(tracker()), trackers(log));
        }
    }

    @Test
    void containersOfBothBackendsAreAsked() {
        Optional<String> other = bench().otherBackend();
        assumeTrue(other.isPresent(), "the machine has one backend only");
        AttachOptions through = AttachOptions.defaults().backend(other.orElseThrow());
        mapAll();
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device);
                DirtyLog log = space().trackDirty()) {
            try (PciDevice second = space().attach(bench().otherEdu(), through);
                    EduDriver writer = EduDriver.start(second)) {
                write(writer, 40);
                write(edu, 41);
                assertEquals(2, log.sources().size());
                BitSet bits = collect(log, pages(0, PAGES));
                assertEquals(true, bits.get(40) && bits.get(41));
                write(writer, 42);
                space().unmap(pages(0, PAGES));
            }
            assertEquals(true, collect(log, pages(0, PAGES)).get(42));
        }
    }

    @Test
    void eachContainerSaysWhoNotesWhatItsDevicesWrite() {
        try (PciDevice device = attach(bench().edu());
                DirtyLog log = space().trackDirty()) {
            DirtySource source = log.sources().get(0);

            assertEquals(tracker(), source.tracker());
            assertFalse(source.tables().isEmpty());
            assertEquals(true, source.explanation().contains(device.name()), source::explanation);
        }
    }

    @Test
    @SuppressWarnings("try") // It is closed early, and twice, on purpose.
    void logIsOpenOnceAtATime() {
        try (DirtyLog log = space().trackDirty()) {
            IllegalStateException refused =
                    assertThrows(IllegalStateException.class, () -> space().trackDirty());
            assertNames(refused, "open already");
            log.close();
            log.close();
            assertThrows(IllegalStateException.class, log::sources);
            assertThrows(IllegalStateException.class, () -> collect(log, pages(0, 1)));
            space().trackDirty().close();
        }
    }

    @Test
    void whatWasNotCollectedIsForgottenWhenTheLogIsClosed() {
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            map(pages(0, 8));
            try (DirtyLog log = space().trackDirty()) {
                write(edu, 5);
                assertEquals(1, log.sources().size());
            }
            write(edu, 6);
            try (DirtyLog log = space().trackDirty()) {
                assertDirtyOf(8, collect(log, pages(0, 8)));
            }
        }
    }

    @Test
    void logClosesWithItsAddressSpace() {
        DirtyLog log = space().trackDirty();
        attach(bench().edu());
        mapAll();

        space().close();

        assertThrows(IllegalStateException.class, log::sources);
    }

    @Test
    void wrongRangesAndBitmapsAreRefused() {
        try (DirtyLog log = space().trackDirty()) {
            assertNames(refused(log, IovaRange.of(FIRST + 1, page), 8), "whole pages");
            assertNames(refused(log, IovaRange.of(FIRST, page + 1), 8), "whole pages");
            assertNames(refused(log, pages(0, 65), 15), "16 bytes", "15");
            assertNames(refused(log, IovaRange.ALL, 64), "bitmap");
            assertNames(
                    assertThrows(
                            IllegalArgumentException.class,
                            () ->
                                    log.collect(
                                            pages(0, 1),
                                            ByteBuffer.allocate(8).asReadOnlyBuffer())),
                    "cannot be written");
            assertEquals(page, log.pageSize());
        }
    }

    private static IllegalArgumentException refused(DirtyLog log, IovaRange range, int bytes) {
        return assertThrows(
                IllegalArgumentException.class,
                () -> log.collect(range, ByteBuffer.allocateDirect(bytes)));
    }

    private List<DirtyTracker> trackers(DirtyLog log) {
        return log.sources().stream().map(DirtySource::tracker).toList();
    }

    private void writeAndLeave(PciAddress address, int where) {
        try (PciDevice device = attach(address);
                EduDriver edu = EduDriver.start(device)) {
            write(edu, where);
        }
    }

    private void write(EduDriver edu, int where) {
        edu.store(FIRST + (long) where * page, EduDriver.BUFFER_BYTES);
    }

    private IovaRange pages(int from, int count) {
        return IovaRange.of(FIRST + (long) from * page, (long) count * page);
    }

    private void mapAll() {
        map(pages(0, PAGES));
    }

    private void map(IovaRange range) {
        long offset = range.first() - FIRST;
        space().map(range, memory.address() + offset, Access.READ_WRITE);
    }

    private BitSet collect(DirtyLog log, IovaRange range) {
        ByteBuffer bitmap = ByteBuffer.allocateDirect((int) (range.length() / page / 64 + 1) * 8);
        log.collect(range, bitmap);
        return BitSet.valueOf(bitmap);
    }

    private void assertDirty(BitSet actual, int... expected) {
        assertDirtyOf(PAGES, actual, expected);
    }

    /** Of so many pages, these were written. */
    private void assertDirtyOf(int count, BitSet actual, int... expected) {
        BitSet bits = new BitSet();
        if (tellsPagesApart()) {
            for (int each : expected) {
                bits.set(each);
            }
        } else {
            bits.set(0, count);
        }
        assertEquals(bits, actual);
    }
}
