// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.jvfio.testkit.IommuFile.FIXED;
import static org.jvfio.testkit.Seam.PAGE;
import static org.jvfio.testkit.Seam.refused;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.uapi.DeviceFeature;
import org.jvfio.linux.uapi.DmaBufExport;
import org.jvfio.linux.uapi.IoasChangeProcess;
import org.jvfio.linux.uapi.IoasMap;
import org.jvfio.linux.uapi.IommufdRequests;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.testkit.device.EduModel;

/** BARs of one device that other devices reach: as files, and by address. */
final class DmaBufTest {
    private static final String OTHER = "0000:00:07.0";
    private static final int SIZE = 1 << 20;
    private static final long RAM = 0x100_0000;
    private static final long PEER = 0x1000_0000;
    private static final int LIVENESS = 4;
    private static final int ON = 6;
    private static final int MASTER_ONLY = 4;
    private static final int VERSION = 8;
    private static final int NVME_SIZE = 0x4000;

    private Seam seam;

    @BeforeEach
    void open() {
        seam = Seam.open();
    }

    @AfterEach
    void close() {
        seam.close();
    }

    private int export(int device, int region, long offset, long length) {
        int result =
                seam.ioctl(
                        device,
                        VfioRequests.DEVICE_FEATURE,
                        DmaBufExport.of(region, offset, length));
        return result < 0 ? result : seam.closing(result);
    }

    /** Two functions in one IOAS: an edu that does DMA, and another one that is its target. */
    private final class Pair {
        final IommuFile iommu = new IommuFile(seam);
        final int ioas = iommu.allocate();
        final Bound edu = Bound.to(iommu, Seam.EDU, ioas).enabled();
        final Bound other;
        final ByteBuffer ram;

        Pair(String target) {
            other = Bound.to(iommu, target, ioas).enabled();
            long memory = seam.memory(PAGE);
            ram = seam.view(memory, PAGE);
            assertEquals(0, edu.map(RAM, memory, PAGE));
        }

        int map(int file, long length) {
            return (int) iommu.mapFile(ioas, PEER, file, 0, length, FIXED);
        }

        int read(long iova) {
            return readBy(edu, ram, iova);
        }

        void write(long iova, int value) {
            writeBy(edu, ram, iova, value);
        }
    }

    /** What an edu reads at {@code iova}; what it finds nowhere is not its target's. */
    private static int readBy(Bound edu, ByteBuffer ram, long iova) {
        ram.putInt(0, 0x5a5a5a5a);
        edu.edu(RAM, EduModel.BUFFER, 4, 0);
        edu.edu(iova, EduModel.BUFFER, 4, 0);
        edu.edu(EduModel.BUFFER, RAM + 4, 4, 2);
        return ram.getInt(4);
    }

    private static void writeBy(Bound edu, ByteBuffer ram, long iova, int value) {
        ram.putInt(0, value);
        edu.edu(RAM, EduModel.BUFFER, 4, 0);
        edu.edu(EduModel.BUFFER, iova, 4, 2);
    }

    private static void command(Bound device, int bits) {
        device.write(Bound.CONFIG + 4, 2, bits);
    }

    @Test
    void featureIsToldOfPciFunctions() {
        Bound edu = Bound.iommufd(seam, Seam.EDU);
        for (int flags : new int[] {0, DeviceFeature.GET}) {
            int probe = DeviceFeature.PROBE | flags;
            DeviceFeature question = new DeviceFeature(DeviceFeature.DMA_BUF, probe, 0);
            assertEquals(0, seam.ioctl(edu.device, VfioRequests.DEVICE_FEATURE, question));
        }
        int set = DeviceFeature.PROBE | DeviceFeature.SET;
        DeviceFeature question = new DeviceFeature(DeviceFeature.DMA_BUF, set, 0);
        refused(Errno.EINVAL, seam.ioctl(edu.device, VfioRequests.DEVICE_FEATURE, question));
    }

    @ParameterizedTest
    @EnumSource(Bound.Interface.class)
    void filesAreOfWholePagesWithinOneBar(Bound.Interface through) {
        int edu = through.edu(seam).enabled().device;

        assertTrue(export(edu, 0, 0, SIZE) > 0);
        assertTrue(export(edu, 0, PAGE, PAGE) > 0);
        refused(Errno.EINVAL, export(edu, 0, 0, 0));
        refused(Errno.EINVAL, export(edu, 0, 0x800, PAGE));
        refused(Errno.EINVAL, export(edu, 0, 0, 0x800));
        refused(Errno.EINVAL, export(edu, 0, SIZE, PAGE));
        refused(Errno.EINVAL, export(edu, 0, SIZE - PAGE, 2 * PAGE));
        refused(Errno.EOVERFLOW, export(edu, 0, -PAGE, 2 * PAGE));
        refused(Errno.ENODEV, export(edu, 1, 0, PAGE));
        refused(Errno.ENODEV, export(edu, 6, 0, PAGE));
        refused(Errno.ENODEV, export(edu, 7, 0, PAGE));
    }

    @Test
    void strangeExportsAreRefused() {
        int edu = Bound.iommufd(seam, Seam.EDU).enabled().device;
        DeviceFeature flagged = DmaBufExport.of(0, 0, PAGE);
        flagged.data().putInt(8, 1);
        refused(Errno.EINVAL, seam.ioctl(edu, VfioRequests.DEVICE_FEATURE, flagged));
        DeviceFeature none = DmaBufExport.of(0, 0, PAGE);
        none.data().putInt(12, 0);
        refused(Errno.EINVAL, seam.ioctl(edu, VfioRequests.DEVICE_FEATURE, none));
        DeviceFeature small = new DeviceFeature(DeviceFeature.DMA_BUF, DeviceFeature.GET, 8);
        refused(Errno.EINVAL, seam.ioctl(edu, VfioRequests.DEVICE_FEATURE, small));
    }

    @Test
    void fileOfTwoRangesIsNotMapped() {
        Pair pair = new Pair(OTHER);
        int data = DmaBufExport.SIZE + 16;
        DeviceFeature two = new DeviceFeature(DeviceFeature.DMA_BUF, DeviceFeature.GET, data);
        two.data().putInt(4, Fcntl.O_RDWR).putInt(12, 2);
        two.data().putLong(16, 0).putLong(24, PAGE).putLong(32, 2 * PAGE).putLong(40, PAGE);
        int file = seam.ioctl(pair.other.device, VfioRequests.DEVICE_FEATURE, two);
        assertTrue(seam.closing(file) > 0);

        refused(Errno.EOPNOTSUPP, pair.map(file, 2 * PAGE));
    }

    @Test
    void registersAreReadAndWrittenThroughTheFile() {
        Pair pair = new Pair(OTHER);
        long pinned = seam.locked();
        int file = export(pair.other.device, 0, 0, SIZE);
        assertEquals(0, pair.map(file, SIZE));
        seam.close(file);

        pair.write(PEER + LIVENESS, 0x12345678);

        assertEquals(0xedcba987L, pair.other.read(LIVENESS, 4));
        pair.other.write(LIVENESS, 4, 0x0f0f0f0f);
        assertEquals(0xf0f0f0f0, pair.read(PEER + LIVENESS));
        assertEquals(0x010000ed, pair.read(PEER));
        assertEquals(pinned, seam.locked(), "a BAR is not counted as pinned");
        assertEquals(SIZE, pair.iommu.unmap(pair.ioas, PEER, SIZE));
    }

    @Test
    void partsOfTheFileAreMappedAndBoundsHold() {
        Pair pair = new Pair(OTHER);
        int file = export(pair.other.device, 0, PAGE, SIZE - PAGE);
        IommuFile iommu = pair.iommu;

        assertEquals(0, iommu.mapFile(pair.ioas, PEER, file, PAGE, PAGE, FIXED));
        refused(Errno.EINVAL, iommu.mapFile(pair.ioas, PEER + PAGE, file, 0, SIZE, FIXED));
        refused(
                Errno.EINVAL,
                iommu.mapFile(pair.ioas, PEER + PAGE, file, SIZE - PAGE, PAGE, FIXED));
        refused(Errno.EINVAL, iommu.mapFile(pair.ioas, PEER + PAGE, file, 0x800, PAGE, FIXED));
        refused(Errno.EINVAL, iommu.mapFile(pair.ioas, PEER + PAGE, file, 0, 0, FIXED));
        refused(Errno.EEXIST, iommu.mapFile(pair.ioas, PEER, file, 0, PAGE, FIXED));
    }

    @Test
    void mappingForReadingIsNotWritten() {
        Pair pair = new Pair(OTHER);
        int file = export(pair.other.device, 0, 0, PAGE);
        int read = IoasMap.READABLE | IoasMap.FIXED_IOVA;
        assertEquals(0, pair.iommu.mapFile(pair.ioas, PEER, file, 0, PAGE, read));

        long before = pair.other.read(LIVENESS, 4);
        pair.write(PEER + LIVENESS, (int) before);

        assertEquals(before, pair.other.read(LIVENESS, 4));
        assertEquals(0x010000ed, pair.read(PEER));
    }

    @Test
    void whatIsMappedGoesWithMemoryDecodingAndComesBackOnlyWhenMappedAnew() {
        Pair pair = new Pair(OTHER);
        int file = export(pair.other.device, 0, 0, PAGE);
        assertEquals(0, pair.map(file, PAGE));

        command(pair.other, MASTER_ONLY);
        refused(Errno.ENODEV, pair.iommu.mapFile(pair.ioas, PEER + PAGE, file, 0, PAGE, FIXED));
        int late = export(pair.other.device, 0, 0, PAGE);
        assertTrue(late > 0);
        command(pair.other, ON);

        long before = pair.other.read(LIVENESS, 4);
        pair.write(PEER + LIVENESS, (int) before);
        assertEquals(before, pair.other.read(LIVENESS, 4));
        assertNotEquals(0x010000ed, pair.read(PEER));
        assertEquals(PAGE, pair.iommu.unmap(pair.ioas, PEER, PAGE));
        assertEquals(0, pair.map(file, PAGE));
        assertEquals(0x010000ed, pair.read(PEER));
        assertEquals(0, pair.iommu.mapFile(pair.ioas, PEER + PAGE, late, 0, PAGE, FIXED));
        assertEquals(0x010000ed, pair.read(PEER + PAGE));
    }

    @Test
    void copyOfWhatWasTakenBackIsTakenBackToo() {
        Pair pair = new Pair(OTHER);
        int file = export(pair.other.device, 0, 0, PAGE);
        assertEquals(0, pair.map(file, PAGE));
        command(pair.other, MASTER_ONLY);
        command(pair.other, ON);

        long at = pair.iommu.copy(pair.ioas, PEER, PAGE, pair.ioas, PEER + PAGE, FIXED);

        assertEquals(PEER + PAGE, at);
        assertNotEquals(0x010000ed, pair.read(PEER + PAGE));
    }

    private static void assumeNvmeHasWholePages() {
        assumeTrue(PAGE <= NVME_SIZE, "the registers of nvme lie in a page with those of others");
    }

    @Test
    void resetTakesBackAndSoDoesTheLowPowerState() {
        assumeNvmeHasWholePages();
        Pair pair = new Pair(Seam.NVME);
        int file = export(pair.other.device, 0, 0, NVME_SIZE);
        assertEquals(0, pair.map(file, NVME_SIZE));
        assertEquals(0x10400, pair.read(PEER + VERSION));

        assertEquals(0, seam.ioctl(pair.other.device, VfioRequests.DEVICE_RESET, 0));

        assertNotEquals(0x10400, pair.read(PEER + VERSION));
        assertEquals(NVME_SIZE, pair.iommu.unmap(pair.ioas, PEER, NVME_SIZE));
        assertEquals(0, pair.map(file, NVME_SIZE));
        assertEquals(0x10400, pair.read(PEER + VERSION));

        long power = Bound.CONFIG + 0x64;
        pair.other.write(power, 2, 3);
        assertNotEquals(0x10400, pair.read(PEER + VERSION));
        refused(
                Errno.ENODEV,
                pair.iommu.mapFile(pair.ioas, PEER + SIZE, file, 0, NVME_SIZE, FIXED));
        pair.other.write(power, 2, 0);
        assertNotEquals(0x10400, pair.read(PEER + VERSION));
        assertEquals(NVME_SIZE, pair.iommu.unmap(pair.ioas, PEER, NVME_SIZE));
        assertEquals(0, pair.map(file, NVME_SIZE));
        assertEquals(0x10400, pair.read(PEER + VERSION));
    }

    @Test
    void closedDeviceEndsTheFileForGood() {
        Pair pair = new Pair(OTHER);
        int file = export(pair.other.device, 0, 0, PAGE);
        assertEquals(0, pair.map(file, PAGE));

        seam.close(pair.other.device);

        assertNotEquals(0x010000ed, pair.read(PEER));
        assertEquals(PAGE, pair.iommu.unmap(pair.ioas, PEER, PAGE));
        refused(Errno.ENODEV, pair.map(file, PAGE));
        Bound.to(pair.iommu, OTHER, pair.ioas).enabled();
        refused(Errno.ENODEV, pair.map(file, PAGE));
    }

    @Test
    void addressSpaceWithAFileOfABarIsNotHandedOver() {
        Pair pair = new Pair(OTHER);
        assertEquals(PAGE, pair.iommu.unmap(pair.ioas, RAM, PAGE));
        int file = export(pair.other.device, 0, 0, PAGE);
        assertEquals(0, pair.map(file, PAGE));

        refused(
                Errno.EINVAL,
                pair.iommu.call(IommufdRequests.IOAS_CHANGE_PROCESS, new IoasChangeProcess()));
    }

    /** Two groups in one container of type 1. */
    private Bound[] container(String target, int group) {
        Bound edu = Bound.Interface.LEGACY.edu(seam).enabled();
        Bound other = edu.with(target, group).enabled();
        return new Bound[] {edu, other};
    }

    @Test
    void type1TakesTheAddressOfABarAndKeepsItOverAReset() {
        assumeNvmeHasWholePages();
        Bound[] both = container(Seam.NVME, Seam.NVME_GROUP);
        long memory = seam.memory(PAGE);
        ByteBuffer ram = seam.view(memory, PAGE);
        assertEquals(0, both[0].map(RAM, memory, PAGE));
        long locked = seam.locked();
        long bar = both[1].mmap(0, NVME_SIZE);
        assertEquals(0, both[0].map(PEER, bar, NVME_SIZE));
        assertEquals(locked, seam.locked(), "a BAR is not counted as locked");
        assertEquals(0x10400, readBy(both[0], ram, PEER + VERSION));
        writeBy(both[0], ram, PEER + 0x24, 0x70007);
        assertEquals(0x70007, both[1].read(0x24, 4));

        assertEquals(0, seam.ioctl(both[1].device, VfioRequests.DEVICE_RESET, 0));
        assertEquals(0x10400, readBy(both[0], ram, PEER + VERSION));

        command(both[1], MASTER_ONLY);
        assertNotEquals(0x10400, readBy(both[0], ram, PEER + VERSION));
        refused(Errno.EFAULT, both[0].map(PEER + SIZE, bar, NVME_SIZE));
        command(both[1], ON);
        assertEquals(0x10400, readBy(both[0], ram, PEER + VERSION));

        assertEquals(0, seam.kernel.munmap(bar, NVME_SIZE));
        assertEquals(0x10400, readBy(both[0], ram, PEER + VERSION));
        assertEquals(0, both[0].unmap(PEER, NVME_SIZE));
        assertNotEquals(0x10400, readBy(both[0], ram, PEER + VERSION));
    }

    @Test
    void containerOfAnIommufdTakesNoAddressOfABar() {
        Bound edu = Bound.Interface.IOMMUFD_COMPAT.edu(seam).enabled();
        long bar = edu.mmap(0, PAGE);

        refused(Errno.EFAULT, edu.map(PEER, bar, PAGE));

        assertEquals(0, seam.kernel.munmap(bar, PAGE));
    }
}
