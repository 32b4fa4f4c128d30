// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.jvfio.testkit.Seam.PAGE;
import static org.jvfio.testkit.Seam.refused;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Ioctl;
import org.jvfio.linux.uapi.Type1DmaMap;
import org.jvfio.linux.uapi.Type1DmaUnmap;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.testkit.device.EduModel;

/** The container of POWER's IOMMU, in both versions. */
final class SpaprTest {
    private static final int GIB = 1 << 30;
    private static final long SECOND = 0x0800_0000_0000_0000L;
    private static final long TABLE = GIB / 4096 * 8;
    private static final int CLIENT = 3;

    private final Seam seam =
            Seam.on(
                    SimKernel.builder()
                            .device(SimDevice.of(Seam.EDU, new EduModel()).inGroup(5))
                            .spaprTce()
                            .build());
    private int container;
    private int group;

    @AfterEach
    void close() {
        seam.close();
    }

    private void open(int type) {
        container = seam.open("/dev/vfio/vfio");
        group = seam.open("/dev/vfio/5");
        assertEquals(0, seam.ioctl(group, VfioRequests.GROUP_SET_CONTAINER, Words.of(container)));
        assertEquals(0, seam.ioctl(container, VfioRequests.SET_IOMMU, type));
    }

    private int ask(int number, Words argument) {
        return seam.ioctl(container, Ioctl.io("request", ';', 100 + number), argument);
    }

    private int map(long iova, long vaddr, long size) {
        Type1DmaMap map = new Type1DmaMap().set(iova, vaddr, size, CLIENT);
        return seam.ioctl(container, VfioRequests.IOMMU_MAP_DMA, map);
    }

    private int unmap(long iova, long size) {
        Type1DmaUnmap unmap = new Type1DmaUnmap().set(iova, size, 0);
        return seam.ioctl(container, VfioRequests.IOMMU_UNMAP_DMA, unmap);
    }

    private Words memory(long vaddr, long size) {
        return new Words(6).u32(0, 24).u64(8, vaddr).u64(16, size);
    }

    @Test
    void containerHasWindowsInPlaceOfType1() {
        open(VfioRequests.SPAPR_TCE_IOMMU);

        assertEquals(1, seam.ioctl(container, VfioRequests.CHECK_EXTENSION, 2));
        assertEquals(1, seam.ioctl(container, VfioRequests.CHECK_EXTENSION, 7));
        assertEquals(0, seam.ioctl(container, VfioRequests.CHECK_EXTENSION, 3));
        Words info = new Words(8).u32(0, 32);
        assertEquals(0, ask(12, info));
        assertEquals(0, info.u32(4));
        assertEquals(GIB, info.u32(12));
    }

    @Test
    void firstVersionIsEnabledAndPaidAsAWhole() {
        open(VfioRequests.SPAPR_TCE_IOMMU);
        long vaddr = seam.memory(4 * PAGE);
        refused(Errno.EPERM, map(0, vaddr, PAGE));
        assertEquals(0, ask(15, new Words(1)));
        assertEquals(GIB, seam.locked());
        refused(Errno.EBUSY, ask(15, new Words(1)));

        assertEquals(0, map(0x10000, vaddr, 4 * PAGE));
        refused(Errno.ENXIO, map(GIB, vaddr, PAGE));
        assertEquals(1, map(0x10001, vaddr, PAGE));
        assertEquals(0, unmap(0x11000, PAGE));
        assertEquals(3, seam.sim().mappedRanges().size());
        assertEquals(GIB + TABLE, seam.locked());
        assertEquals(0, ask(16, new Words(1)));
        assertEquals(TABLE, seam.locked());
        refused(Errno.ENOTTY, ask(17, memory(vaddr, PAGE)));
    }

    @Test
    void deviceReachesWhatIsMappedInAWindow() {
        open(VfioRequests.SPAPR_TCE_V2_IOMMU);
        int device = seam.closing(Bound.deviceOf(seam, group, Seam.EDU));
        long vaddr = seam.memory(PAGE);
        refused(Errno.EPERM, map(0, vaddr, PAGE));
        assertEquals(0, ask(17, memory(vaddr, PAGE)));
        assertEquals(PAGE, seam.locked());
        refused(Errno.EBUSY, ask(17, memory(vaddr, PAGE)));
        refused(Errno.ENOMEM, ask(17, memory(vaddr, 0)));
        refused(Errno.EINVAL, map(0, seam.memory(PAGE), PAGE));
        Words create = new Words(10).u32(0, 40).u32(8, 12).u64(16, 1L << 31).u32(24, 1);
        assertEquals(0, ask(19, create));
        assertEquals(SECOND, create.u64(32));
        refused(Errno.ENOSPC, ask(19, create));
        assertEquals(0, map(SECOND + PAGE, vaddr, PAGE));

        seam.view(vaddr, PAGE).putInt(0, 0x5eed);
        long[][] writes = {
            {(7L << 40) + 4, 6}, {0x80, SECOND + PAGE}, {0x88, 0x40000}, {0x90, 4}, {0x98, 1}
        };
        for (long[] write : writes) {
            Words value = new Words(2).u64(0, write[1]);
            int width = write[0] > 0x98 ? 2 : 8;
            assertEquals(width, seam.kernel.pwrite(device, value.address(), width, write[0]));
        }
        byte[] buffer = seam.sim().model(Seam.EDU, EduModel.class).buffer();
        assertTrue(buffer[0] == (byte) 0xed && buffer[1] == 0x5e);

        Words remove = new Words(4).u32(0, 16).u64(8, SECOND);
        assertEquals(0, ask(20, remove));
        refused(Errno.EINVAL, ask(20, remove));
        assertEquals(0, ask(18, memory(vaddr, PAGE)));
        refused(Errno.ENOENT, ask(18, memory(vaddr, PAGE)));
        assertEquals(0, ask(20, new Words(4).u32(0, 16)));
        assertEquals(0, seam.locked());
    }

    @Test
    void windowThatTheFirmwareRefusesEndsAllWindows() {
        open(VfioRequests.SPAPR_TCE_V2_IOMMU);
        assertEquals(0, ask(20, new Words(4).u32(0, 16)));
        assertEquals(0, ask(19, window(1L << 31)));

        refused(Errno.ENODEV, ask(19, window(GIB)));

        assertEquals(0, ask(20, new Words(4).u32(0, 16).u64(8, SECOND)));
        refused(Errno.ENODEV, ask(19, window(1L << 31)));
    }

    private static Words window(long size) {
        return new Words(10).u32(0, 40).u32(8, 12).u64(16, size).u32(24, 1);
    }

    @Test
    void errorHandlingAnswersStates() {
        open(VfioRequests.SPAPR_TCE_V2_IOMMU);
        int operation = 21;

        assertEquals(0, ask(operation, Words.of(12, 0, 4, 0, 0, 0)));
        assertEquals(0, ask(operation, Words.of(12, 0, 6, 0, 0, 0)));
        assertEquals(1, ask(operation, Words.of(12, 0, 4, 0, 0, 0)));
        assertEquals(0, ask(operation, Words.of(12, 0, 5, 0, 0, 0)));
        assertEquals(0, ask(operation, Words.of(12, 0, 4, 0, 0, 0)));
        refused(Errno.EINVAL, ask(operation, Words.of(12, 0, 77, 0, 0, 0)));
    }
}
