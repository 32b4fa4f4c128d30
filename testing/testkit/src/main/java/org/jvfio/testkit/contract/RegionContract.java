// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.jvfio.VfioException;
import org.jvfio.device.Mmio;
import org.jvfio.device.PciDevice;
import org.jvfio.device.Region;
import org.jvfio.device.Region.Area;
import org.jvfio.device.Registers;
import org.jvfio.testkit.driver.EduDriver;

/** Regions, through the kernel and through memory. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class RegionContract extends Contract {
    private static final int EDU_BAR_BYTES = 1 << 20;
    private static final int NVME_VERSION = 0x08;
    private static final int NVME_REGISTER_BYTES = 0x2000;
    private static final int MSIX = 0x11;
    private static final int MSIX_TABLE = 4;
    private static final int MSIX_BAR = 7;
    private static final int MSIX_ENTRY_BYTES = 16;

    /** For extension. */
    protected RegionContract() {}

    @Test
    void kernelAndMemoryShowTheSameRegisters() {
        try (PciDevice device = attach(bench().edu());
                Mmio mapped = device.bar(0).map()) {
            Region bar = device.bar(0);

            assertEquals(EduDriver.IDENTIFICATION_1_0, EduDriver.identification(bar));
            mapped.putInt(EduDriver.LIVENESS, 0x0bad_cafe);
            assertBecomes(~0x0bad_cafe, () -> bar.getInt(EduDriver.LIVENESS));
            bar.putInt(EduDriver.LIVENESS, 7);
            assertBecomes(~7, () -> mapped.getInt(EduDriver.LIVENESS));
        }
    }

    @Test
    void runOfBytesIsReadAndWritten() {
        try (PciDevice device = attach(bench().edu())) {
            Region bar = device.bar(0);
            ByteBuffer four = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);

            bar.write(EduDriver.LIVENESS, four.putInt(0, 0x11223344).duplicate());
            bar.read(EduDriver.LIVENESS, four);

            assertEquals(~0x11223344, four.getInt(0));
            assertEquals(0, four.remaining());
        }
    }

    @Test
    void barSaysWhatItIs() {
        try (PciDevice device = attach(bench().edu());
                Mmio mapped = device.bar(0).map()) {
            Region bar = device.bar(0);

            assertEquals(EDU_BAR_BYTES, bar.size());
            assertEquals(EDU_BAR_BYTES, mapped.size());
            assertEquals(List.of(new Area(0, EDU_BAR_BYTES)), bar.mappableAreas());
            assertTrue(bar.readable() && bar.writable());
            assertEquals(0, bar.index());
        }
    }

    @Test
    void absentBarHasNoBytes() {
        try (PciDevice device = attach(bench().edu())) {
            Region absent = device.bar(1);

            assertEquals(0, absent.size());
            assertEquals(List.of(), absent.mappableAreas());
            assertThrows(VfioException.class, absent::map);
            assertThrows(IndexOutOfBoundsException.class, () -> absent.getByte(0));
            assertThrows(IndexOutOfBoundsException.class, () -> device.bar(6));
            assertThrows(IndexOutOfBoundsException.class, () -> device.bar(-1));
        }
    }

    @Test
    void accessOutOfRangeOrMisalignedIsRefusedBeforeTheDeviceSeesIt() {
        try (PciDevice device = attach(bench().edu());
                Mmio mapped = device.bar(0).map()) {
            for (Registers registers : List.of(device.bar(0), mapped)) {
                assertNames(
                        assertThrows(
                                IndexOutOfBoundsException.class,
                                () -> registers.getInt(EDU_BAR_BYTES)),
                        bench().edu().name(),
                        "0x100000");
                assertThrows(
                        IndexOutOfBoundsException.class,
                        () -> registers.getLong(EDU_BAR_BYTES - 4));
                assertThrows(
                        IndexOutOfBoundsException.class, () -> registers.putByte(-1, (byte) 0));
                assertThrows(
                        IndexOutOfBoundsException.class, () -> registers.putInt(Long.MIN_VALUE, 0));
                assertThrows(IllegalArgumentException.class, () -> registers.getInt(2));
                assertThrows(
                        IllegalArgumentException.class, () -> registers.putShort(1, (short) 0));
            }
        }
    }

    @Test
    void runBeyondTheEndIsRefused() {
        try (PciDevice device = attach(bench().edu())) {
            Region bar = device.bar(0);
            ByteBuffer eight = ByteBuffer.allocate(8);

            assertThrows(IndexOutOfBoundsException.class, () -> bar.read(EDU_BAR_BYTES - 4, eight));
            assertThrows(IndexOutOfBoundsException.class, () -> bar.write(-8, eight));
            assertEquals(8, eight.remaining());
        }
    }

    @Test
    void mappedPartCountsFromItsStart() {
        long page = vfio().host().pageSize();
        try (PciDevice device = attach(bench().edu());
                Mmio all = device.bar(0).map(0, 2 * page);
                Mmio second = device.bar(0).map(page, page)) {
            assertEquals(page, second.size());
            assertEquals(all.getInt(page), second.getInt(0));
            assertNotEquals(all.getInt(0), second.getInt(0));
            assertThrows(IndexOutOfBoundsException.class, () -> second.getInt(page));
        }
    }

    /** With large pages several BARs may lie in one, and then none of them is mapped. */
    @Test
    void barIsMappedUnlessItSharesItsPage() {
        try (PciDevice device = attach(bench().nvme())) {
            Region bar = device.bar(0);
            int version = bar.getInt(NVME_VERSION);
            assertNotEquals(0, version);
            assertEquals(!bench().mapsSmallBars(), bar.mappableAreas().isEmpty());
            if (bench().mapsSmallBars()) {
                assertEquals(version, bar.map(0, NVME_REGISTER_BYTES).getInt(NVME_VERSION));
            } else {
                assertNames(
                        assertThrows(VfioException.class, bar::map),
                        bar.toString(),
                        "no part of this region can be mapped",
                        "access it through the region itself");
            }
        }
    }

    @Test
    void partThatDoesNotBeginOnAPageOrGoesTooFarIsNotMapped() {
        long page = vfio().host().pageSize();
        try (PciDevice device = attach(bench().edu())) {
            Region bar = device.bar(0);

            assertThrows(IllegalArgumentException.class, () -> bar.map(4, 4));
            assertThrows(IllegalArgumentException.class, () -> bar.map(0, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> bar.map(0, EDU_BAR_BYTES + 1));
            assertThrows(IndexOutOfBoundsException.class, () -> bar.map(-page, page));
        }
    }

    /** A kernel that remaps interrupts lets the table be mapped; others leave a hole over it. */
    @Test
    void interruptTableIsMappedWithTheWholeBarOrNotAtAll() {
        try (PciDevice device = attach(bench().nvme())) {
            int capability = device.config().capability(MSIX).orElseThrow().offset();
            int table = device.config().getInt(capability + MSIX_TABLE);
            long first = table & ~MSIX_BAR;
            long end = first + (long) device.msix().count() * MSIX_ENTRY_BYTES;
            Region bar = device.bar(table & MSIX_BAR);

            if (bar.mappableAreas().equals(List.of(new Area(0, bar.size())))) {
                bar.map().close();
                return;
            }
            for (Area area : bar.mappableAreas()) {
                assertTrue(
                        area.offset() >= end || area.offset() + area.size() <= first,
                        area::toString);
            }
            assertNames(assertThrows(VfioException.class, bar::map), "BAR", "0x");
        }
    }

    @Test
    void closedMappingLeavesTheRegionAndOtherMappings() {
        try (PciDevice device = attach(bench().edu());
                Mmio other = device.bar(0).map()) {
            Mmio mapped = device.bar(0).map();
            mapped.close();
            mapped.close();

            assertNames(
                    assertThrows(IllegalStateException.class, () -> mapped.getInt(0)), "closed");
            assertEquals(EduDriver.IDENTIFICATION_1_0, EduDriver.identification(other));
            assertEquals(EduDriver.IDENTIFICATION_1_0, EduDriver.identification(device.bar(0)));
        }
    }

    @Test
    void closedDeviceAnswersNoAccess() {
        PciDevice device = attach(bench().edu());
        Region bar = device.bar(0);
        Mmio mapped = bar.map();
        device.close();

        for (Registers registers : List.of(bar, mapped)) {
            assertThrows(IllegalStateException.class, () -> registers.getByte(0));
            assertThrows(IllegalStateException.class, () -> registers.getShort(0));
            assertThrows(IllegalStateException.class, () -> registers.getInt(0));
            assertThrows(IllegalStateException.class, () -> registers.getLong(0));
            assertThrows(IllegalStateException.class, () -> registers.putByte(0, (byte) 0));
            assertThrows(IllegalStateException.class, () -> registers.putShort(0, (short) 0));
            assertThrows(IllegalStateException.class, () -> registers.putInt(0, 0));
            assertThrows(IllegalStateException.class, () -> registers.putLong(0, 0));
        }
        assertThrows(IllegalStateException.class, bar::map);
        assertThrows(IllegalStateException.class, mapped::address);
        assertThrows(IllegalStateException.class, () -> bar.read(0, ByteBuffer.allocate(4)));
        mapped.close();
    }
}
