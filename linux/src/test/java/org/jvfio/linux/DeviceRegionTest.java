// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.VfioException;
import org.jvfio.device.Mmio;
import org.jvfio.device.Region;
import org.jvfio.device.Region.Area;

final class DeviceRegionTest {
    private static final int OFFSET = 0x4000;
    private static final int SIZE = 0x6000;
    private static final int ALL = 7;

    private final ScriptedVfio kernel = new ScriptedVfio();
    private final ScriptedDevice context = new ScriptedDevice(kernel);
    private final long page = context.host().pageSize();

    private KernelDevice device;
    private Region bar;

    @BeforeEach
    void openDevice() {
        kernel.regions.put(0, new ScriptedVfio.Shape(ALL, SIZE, OFFSET));
        kernel.regions.put(1, new ScriptedVfio.Shape(1, 0x100, 0));
        kernel.regions.put(3, new ScriptedVfio.Shape(ALL, 16 * page, OFFSET));
        device = context.open();
        bar = device.region(0);
    }

    @AfterEach
    void closeDevice() {
        device.close();
        kernel.assertNothingLeaked();
    }

    @Test
    void valuesAreInTheDevicesByteOrder() {
        kernel.file[OFFSET + 8] = 0x11;
        kernel.file[OFFSET + 9] = 0x22;
        kernel.file[OFFSET + 15] = (byte) 0x88;

        assertEquals(0x11, bar.getByte(8));
        assertEquals(0x2211, bar.getShort(8));
        assertEquals(0x2211, bar.getInt(8));
        assertEquals(0x8800_0000_0000_2211L, bar.getLong(8));
    }

    @Test
    void theOtherByteOrderIsTurnedRound() {
        Region big = context.open(ByteOrder.BIG_ENDIAN).region(0);
        big.putShort(0, (short) 0x0102);
        big.putInt(4, 0x03040506);
        big.putLong(8, 0x0708090a0b0c0d0eL);

        assertArrayEquals(
                new byte[] {1, 2, 0, 0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14},
                Arrays.copyOfRange(kernel.file, OFFSET, OFFSET + 16));
        assertEquals(0x0102, big.getShort(0));
        assertEquals(0x03040506, big.getInt(4));
        assertEquals(0x0708090a0b0c0d0eL, big.getLong(8));
    }

    @Test
    void writesAreLittleEndian() {
        bar.putByte(0, (byte) 1);
        bar.putShort(2, (short) 0x0302);
        bar.putInt(4, 0x07060504);
        bar.putLong(8, 0x0f0e0d0c0b0a0908L);

        assertArrayEquals(
                new byte[] {1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
                Arrays.copyOfRange(kernel.file, OFFSET, OFFSET + 16));
    }

    @Test
    void accessesOutsideAreRefusedBeforeTheKernelIsAsked() {
        kernel.transferError = Errno.EFAULT.number();

        assertThrows(IndexOutOfBoundsException.class, () -> bar.getByte(SIZE));
        assertThrows(IndexOutOfBoundsException.class, () -> bar.getByte(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> bar.getInt(SIZE - 2));
        assertThrows(IndexOutOfBoundsException.class, () -> bar.putLong(Long.MAX_VALUE, 0));
        assertThrows(IllegalArgumentException.class, () -> bar.getInt(2));
        assertThrows(IllegalArgumentException.class, () -> bar.putShort(1, (short) 0));
        assertThrows(IllegalArgumentException.class, () -> bar.putLong(4, 0));
    }

    @Test
    void absentRegionHasNothing() {
        Region absent = device.region(2);

        assertEquals(0, absent.size());
        assertEquals(List.of(), absent.mappableAreas());
        assertThrows(IndexOutOfBoundsException.class, () -> absent.getByte(0));
        assertThat(assertThrows(VfioException.class, absent::map))
                .hasMessageContaining("no such region");
    }

    @Test
    void silentDeviceIsNamedWithItsRegionAndOffset() {
        kernel.transferError = Errno.EIO.number();

        var silent = assertThrows(VfioException.class, () -> bar.getInt(0x10));

        assertEquals(OptionalInt.of(Errno.EIO.number()), silent.errno());
        assertThat(silent)
                .hasMessageStartingWith("0000:02:00.0 BAR 0 + 0x10: pread: EIO: ")
                .hasMessageContaining("memory space");
        assertThrows(VfioException.class, () -> bar.putInt(0x10, 1));
    }

    @Test
    void writeToWhatCannotBeWrittenSaysSo() {
        kernel.transferError = Errno.EINVAL.number();

        assertThat(assertThrows(VfioException.class, () -> device.region(1).putByte(0, (byte) 1)))
                .hasMessageContaining("this region cannot be written");
    }

    @Test
    void shortAccessIsARefusal() {
        kernel.longestTransfer = 2;

        assertThat(assertThrows(VfioException.class, () -> bar.getInt(0x20)))
                .hasMessageContaining("BAR 0 + 0x20: pread: 2 of 4 bytes");
        assertThat(assertThrows(VfioException.class, () -> bar.putLong(0x20, 1)))
                .hasMessageContaining("BAR 0 + 0x20: pwrite: 2 of 8 bytes");
    }

    @Test
    void manyBytesGoInPieces() {
        byte[] bytes = new byte[0x5003];
        new Random(7).nextBytes(bytes);
        kernel.longestTransfer = 0x7ff;

        ByteBuffer source = ByteBuffer.wrap(bytes);
        bar.write(0x0ffd, source);
        ByteBuffer target = ByteBuffer.allocateDirect(bytes.length + 2).position(1);
        bar.read(0x0ffd, target.limit(bytes.length + 1));

        assertEquals(0, source.remaining());
        assertEquals(0, target.remaining());
        assertEquals(ByteBuffer.wrap(bytes), target.flip().position(1));
        assertArrayEquals(bytes, Arrays.copyOfRange(kernel.file, OFFSET + 0x0ffd, OFFSET + 0x6000));
    }

    @Test
    void manyBytesThatCannotBeTakenAreRefusedBeforeTheKernelIsAsked() {
        kernel.transferError = Errno.EFAULT.number();

        assertThrows(
                IndexOutOfBoundsException.class, () -> bar.read(SIZE - 4, ByteBuffer.allocate(5)));
        assertThrows(IndexOutOfBoundsException.class, () -> bar.write(-1, ByteBuffer.allocate(5)));
        assertThrows(
                ReadOnlyBufferException.class,
                () -> bar.read(0, ByteBuffer.allocate(5).asReadOnlyBuffer()));
        bar.read(SIZE, ByteBuffer.allocate(0));
    }

    @Test
    void aReadThatStopsLeavesWhatItGot() {
        kernel.longestTransfer = 0;
        ByteBuffer target = ByteBuffer.allocate(8);

        assertThrows(VfioException.class, () -> bar.read(0, target));

        assertEquals(0, target.position());
    }

    @Test
    void whatTheKernelDoesNotOfferIsNotMapped() {
        assertEquals(List.of(), device.region(1).mappableAreas());
        assertThat(assertThrows(VfioException.class, device.region(1)::map))
                .hasMessageContaining("no part of this region can be mapped");
    }

    @Test
    void mapReachesThePartAsked() {
        Region wide = device.region(3);

        Mmio part = wide.map(2 * page, 8);

        assertEquals(8, part.size());
        assertEquals(List.of((int) (OFFSET + 2 * page)), kernel.mmapped);
        part.putInt(4, 5);
        assertEquals(5, part.getInt(4));
        assertThrows(IndexOutOfBoundsException.class, () -> part.getInt(8));
    }

    @Test
    void mapChecksWhatItIsAsked() {
        Region wide = device.region(3);

        assertThrows(IllegalArgumentException.class, () -> wide.map(8, 8));
        assertThrows(IllegalArgumentException.class, () -> wide.map(0, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> wide.map(0, 16 * page + 1));
        assertThrows(IndexOutOfBoundsException.class, () -> wide.map(-page, page));
        assertEquals(List.of(), kernel.mmapped);
    }

    @Test
    void onlyMappableAreasAreMappedAndTheRefusalNamesThem() {
        kernel.regions.put(
                3,
                new ScriptedVfio.Shape(ALL, 16 * page, OFFSET, 4 * page, 2 * page, 0L, 2 * page));
        Region sparse = context.open().region(3);

        assertEquals(
                List.of(new Area(0, 2 * page), new Area(4 * page, 2 * page)),
                sparse.mappableAreas());
        sparse.map(4 * page, 2 * page).close();
        var refused = assertThrows(VfioException.class, () -> sparse.map(page, 2 * page));
        assertThat(refused)
                .hasMessageContaining("BAR 3: 0x%x bytes at 0x%x".formatted(2 * page, page))
                .hasMessageContaining("0x%x bytes at 0x%x".formatted(2 * page, 4 * page));
        assertThrows(VfioException.class, sparse::map);
    }

    @Test
    void withheldPagesCannotBeMapped() {
        device.region(3).withhold(new Area(page + 16, 16));

        assertEquals(
                List.of(new Area(0, page), new Area(2 * page, 14 * page)),
                device.region(3).mappableAreas());
        assertThrows(VfioException.class, device.region(3)::map);
    }

    @Test
    void aRefusedMappingIsExplained() {
        kernel.mmapError = Errno.ENOMEM.number();

        assertThat(assertThrows(VfioException.class, device.region(3)::map))
                .hasMessageContaining("BAR 3: 0x%x bytes at 0x0: mmap: ENOMEM".formatted(16 * page))
                .hasMessageContaining("ulimit");
    }

    @Test
    void closingTheDeviceClosesWhatIsMapped() {
        Mmio mmio = device.region(3).map();
        mmio.putInt(0, 1);
        device.region(3).map().close();

        device.close();

        assertThrows(IllegalStateException.class, () -> mmio.getInt(0));
        assertThrows(IllegalStateException.class, () -> bar.getInt(0));
        assertThrows(IllegalStateException.class, () -> bar.read(0, ByteBuffer.allocate(4)));
        assertThrows(IllegalStateException.class, device.region(3)::map);
        assertThrows(IllegalStateException.class, device.region(1)::map, "not that it has no part");
    }
}
