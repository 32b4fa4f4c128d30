// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.jvfio.IovaRange;

class Type1InfoTest {
    private static final int FLAGS = Type1Info.PGSIZES | Type1Info.CAPS;

    private final Type1Info info = new Type1Info(256);
    private final InfoBytes answer = new InfoBytes(info).u32(4, FLAGS).u64(8, 0x40201000L);

    @Test
    void theQuestionSaysHowMuchRoomThereIs() {
        assertEquals(256, new InfoBytes(info).bytes().getInt(0));
        assertEquals(Type1Info.SIZE, new Type1Info(0).capacity());
    }

    @Test
    void rangesAreInclusiveAndUnsigned() {
        answer.u32(16, 24).capability(24, Type1Info.CAP_IOVA_RANGE, 1, 0);
        answer.u32(32, 2).u64(40, 0).u64(48, 0xfedfffffL).u64(56, 0xfef00000L).u64(64, -1);

        assertEquals(
                Optional.of(List.of(new IovaRange(0, 0xfedfffffL), new IovaRange(0xfef00000L, -1))),
                info.iovaRanges());
    }

    @Test
    void aRangeThatEndsBeforeItStartsIsLeftOut() {
        answer.u32(16, 24).capability(24, Type1Info.CAP_IOVA_RANGE, 1, 0);
        answer.u32(32, 2).u64(40, 0x2000).u64(48, 0x1fff).u64(56, 0x5000).u64(64, 0x5fff);

        assertEquals(Optional.of(List.of(new IovaRange(0x5000, 0x5fff))), info.iovaRanges());
    }

    @Test
    void moreRangesThanThereIsRoomForAreNotRead() {
        answer.u32(16, 24).capability(24, Type1Info.CAP_IOVA_RANGE, 1, 64);
        answer.u32(32, -1).u64(40, 0x1000).u64(48, 0x1fff).capability(64, 77, 1, 0);

        assertEquals(Optional.of(List.of(new IovaRange(0x1000, 0x1fff))), info.iovaRanges());
    }

    @Test
    void theWholeChainOfAnUsualKernelIsRead() {
        answer.u32(16, 24).capability(24, Type1Info.CAP_MIGRATION, 1, 56);
        answer.u32(32, 0).u64(40, 0x1000).u64(48, 0x10000000L);
        answer.capability(56, Type1Info.CAP_DMA_AVAIL, 1, 72).u32(64, -1);
        answer.capability(72, Type1Info.CAP_IOVA_RANGE, 1, 0).u32(80, 1).u64(88, 0).u64(96, -1);

        assertEquals(
                Optional.of(new Type1Info.Migration(0, 0x1000, 0x10000000L)), info.migration());
        assertEquals(OptionalLong.of(0xffffffffL), info.dmaAvailable());
        assertEquals(Optional.of(List.of(IovaRange.ALL)), info.iovaRanges());
        assertEquals(0x40201000L, info.pageSizes());
    }

    @Test
    void withoutTheFlagsNothingIsBelieved() {
        answer.u32(16, 24).capability(24, Type1Info.CAP_DMA_AVAIL, 1, 0).u32(32, 65535).u32(4, 0);

        assertEquals(OptionalLong.empty(), info.dmaAvailable());
        assertEquals(0, info.pageSizes());
        assertTrue(info.capabilities().all().isEmpty());
    }

    @Test
    void aPayloadThatIsTooShortIsNotRead() {
        answer.u32(16, 24).capability(24, Type1Info.CAP_MIGRATION, 1, 48);
        answer.capability(48, Type1Info.CAP_DMA_AVAIL, 1, 56);
        answer.capability(56, Type1Info.CAP_IOVA_RANGE, 1, 64).capability(64, 77, 1, 0);

        assertEquals(Optional.empty(), info.migration());
        assertEquals(OptionalLong.empty(), info.dmaAvailable());
        assertEquals(Optional.empty(), info.iovaRanges());
        assertEquals(4, info.capabilities().all().size());
    }

    @Test
    void moreIsNeededOnlyIfTheKernelSaysASize() {
        assertEquals(256, info.needed());
        assertEquals(300, needed(300));
        assertEquals(256, needed(24));
        assertEquals(256, needed(-1));
        assertEquals(256, needed(Integer.MAX_VALUE));
    }

    private int needed(int argsz) {
        answer.u32(0, argsz);
        return info.needed();
    }
}
