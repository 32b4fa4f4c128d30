// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.jvfio.IovaRange;
import org.jvfio.linux.Struct;

/** What the kernel sees in the structs that we write. */
class StructBytesTest {
    /** The struct as 32-bit words. */
    private static int[] words(Struct struct) {
        ByteBuffer bytes = new InfoBytes(struct).bytes();
        return IntStream.range(0, struct.capacity() / 4).map(i -> bytes.getInt(i * 4)).toArray();
    }

    private static long u64(Struct struct, int offset) {
        return new InfoBytes(struct).bytes().getLong(offset);
    }

    @Test
    void aMappingIsSetAgainWithoutTracesOfTheOneBefore() {
        Type1DmaMap map = new Type1DmaMap();
        map.set(-1, -1, -1, -1).set(0x1000, 0x7f0000000000L, 0x3000, Type1DmaMap.READ);

        assertEquals(32, words(map)[0]);
        assertEquals(1, words(map)[1]);
        assertEquals(0x7f0000000000L, u64(map, 8));
        assertEquals(0x1000, u64(map, 16));
        assertEquals(0x3000, u64(map, 24));
    }

    @Test
    void anUnmappingAnswersWhatTheKernelWrote() {
        Type1DmaUnmap unmap = new Type1DmaUnmap().set(0x1000, 0x3000, 0);
        new InfoBytes(unmap).u64(16, 0x2000);

        assertEquals(24, words(unmap)[0]);
        assertEquals(0x1000, u64(unmap, 8));
        assertEquals(0x2000, unmap.size());
    }

    @Test
    void anUnmappingHasRoomForABitmapIfItIsMadeSo() {
        Type1DmaUnmap unmap = Type1DmaUnmap.withBitmap();
        unmap.set(0x1000, 0x3000, Type1DmaUnmap.GET_DIRTY_BITMAP).bitmap(4096, 8, 0x7f00);

        assertEquals(48, words(unmap)[0]);
        assertEquals(1, words(unmap)[1]);
        assertEquals(4096, u64(unmap, 24));
        assertEquals(8, u64(unmap, 32));
        assertEquals(0x7f00, u64(unmap, 40));
        Type1DmaUnmap without = new Type1DmaUnmap();
        assertThrows(IllegalStateException.class, () -> without.bitmap(4096, 8, 0x7f00));
    }

    @Test
    void aBitmapOfDirtyPagesStandsBehindItsRange() {
        Type1DirtyBitmap get = new Type1DirtyBitmap().get(0x1000, 0x3000, 4096, 8, 0x7f00);

        assertEquals(48, words(get)[0]);
        assertEquals(Type1DirtyBitmap.GET_BITMAP, words(get)[1]);
        assertEquals(0x1000, u64(get, 8));
        assertEquals(0x3000, u64(get, 16));
        assertEquals(4096, u64(get, 24));
        assertEquals(8, u64(get, 32));
        assertEquals(0x7f00, u64(get, 40));
        assertEquals(Type1DirtyBitmap.STOP, words(get.set(Type1DirtyBitmap.STOP))[1]);
    }

    @Test
    void aTokenStandsBehindTheBindingThatPointsToIt() {
        UUID token = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
        BindIommufd bind = new BindIommufd(7, token);

        assertEquals(24, words(bind)[0]);
        assertEquals(BindIommufd.TOKEN, words(bind)[1]);
        assertEquals(7, words(bind)[2]);
        assertEquals(bind.address() + 24, u64(bind, 16));
        assertEquals(0x00, new InfoBytes(bind).bytes().get(24));
        assertEquals((byte) 0xff, new InfoBytes(bind).bytes().get(39));
        assertEquals(16, words(new BindIommufd(7))[0]);
        assertEquals(0, words(new BindIommufd(7))[1]);
    }

    @Test
    void aFeatureCarriesItsDataBehindIt() {
        UUID token = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
        DeviceFeature feature = VfToken.set(token);

        assertEquals(24, words(feature)[0]);
        assertEquals(DeviceFeature.SET | DeviceFeature.PCI_VF_TOKEN, words(feature)[1]);
        assertEquals(0x11, new InfoBytes(feature).bytes().get(9));
        assertEquals(16, feature.data().remaining());
    }

    @Test
    void aMappingOfAnAddressSpace() {
        IoasMap map = new IoasMap().set(9, 0x1000, 0x7f0000000000L, 0x3000, IoasMap.READABLE);

        assertEquals(40, words(map)[0]);
        assertEquals(4, words(map)[1]);
        assertEquals(9, words(map)[2]);
        assertEquals(0, words(map)[3]);
        assertEquals(0x7f0000000000L, u64(map, 16));
        assertEquals(0x3000, u64(map, 24));
        assertEquals(0x1000, u64(map, 32));
    }

    @Test
    void anUnmappingOfAnAddressSpace() {
        IoasUnmap unmap = new IoasUnmap().set(9, 0x1000, -1);

        assertEquals(24, words(unmap)[0]);
        assertEquals(9, words(unmap)[1]);
        assertEquals(0x1000, u64(unmap, 8));
        assertEquals(-1, unmap.length());
    }

    @Test
    void interruptsTiedToEventfds() {
        int action = IrqSet.ACTION_TRIGGER;
        IrqSet set = IrqSet.eventfds(action, 2, 5, 40, IrqSet.NO_EVENTFD, 41);

        assertArrayEquals(new int[] {32, 4 | 32, 2, 5, 3, 40, -1, 41}, words(set));
    }

    @Test
    void interruptsChosenByBytes() {
        IrqSet set = IrqSet.bools(IrqSet.ACTION_MASK, 1, 1, true, false, true);

        ByteBuffer bytes = new InfoBytes(set).bytes();
        assertEquals(23, bytes.capacity());
        assertEquals(23, bytes.getInt(0));
        assertEquals(2 | 8, set.flags());
        assertEquals(3, set.count());
        byte[] data = new byte[3];
        bytes.get(20, data);
        assertArrayEquals(new byte[] {1, 0, 1}, data);
    }

    @Test
    void interruptsWithoutDataAndTheWholeIndexOff() {
        IrqSet unmask = IrqSet.none(IrqSet.ACTION_UNMASK, 0, 0, 1);

        assertArrayEquals(new int[] {20, 1 | 16, 0, 0, 1}, words(unmask));
        assertArrayEquals(new int[] {20, 1 | 32, 2, 0, 0}, words(IrqSet.disable(2)));
    }

    @Test
    void theArrayOfRangesIsBehindItsStruct() {
        IoasIovaRanges ranges = new IoasIovaRanges(3, 2);

        assertArrayEquals(new int[] {32, 3, 2, 0}, IntStream.of(words(ranges)).limit(4).toArray());
        assertEquals(ranges.address() + 32, u64(ranges, 16));
        assertEquals(64, ranges.capacity());
    }

    @Test
    void onlyRangesThatThereIsRoomForAreRead() {
        IoasIovaRanges ranges = new IoasIovaRanges(3, 1);
        new InfoBytes(ranges).u32(8, 5).u64(24, 4096).u64(32, 0x1000).u64(40, -1);

        assertEquals(5, ranges.available());
        assertEquals(List.of(new IovaRange(0x1000, -1)), ranges.ranges());
        assertEquals(4096, ranges.alignment());
    }

    @Test
    void aNumberOfRangesThatIsNoneIsNotBelieved() {
        IoasIovaRanges ranges = new IoasIovaRanges(3, 1);
        new InfoBytes(ranges).u32(8, -1);

        assertEquals(1, ranges.available());
    }

    @Test
    void noRoomIsRefusedBeforeItOverflows() {
        assertThrows(IllegalArgumentException.class, () -> new IoasIovaRanges(3, -1));
        assertThrows(
                IllegalArgumentException.class, () -> new IoasIovaRanges(3, Integer.MAX_VALUE));
    }
}
