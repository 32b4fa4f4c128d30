// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.jvfio.testkit.Seam.PAGE;
import static org.jvfio.testkit.Seam.refused;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.uapi.DeviceInfo;
import org.jvfio.linux.uapi.IrqInfo;
import org.jvfio.linux.uapi.RegionInfo;
import org.jvfio.linux.uapi.VfioRequests;

/** What vfio-pci says of a function, and its regions by system call. */
final class DeviceTest {
    private static final long CONFIG = Bound.CONFIG;
    private static final int READ_WRITE = RegionInfo.READ | RegionInfo.WRITE;

    private Seam seam;

    @BeforeEach
    void open() {
        seam = Seam.open();
    }

    @AfterEach
    void close() {
        seam.close();
    }

    private Bound edu() {
        return Bound.iommufd(seam, Seam.EDU);
    }

    private Bound nvme() {
        return Bound.legacy(seam, Seam.NVME, Seam.NVME_GROUP);
    }

    private RegionInfo region(Bound bound, int index, int capacity) {
        RegionInfo info = new RegionInfo(index, capacity);
        assertEquals(0, seam.ioctl(bound.device, VfioRequests.DEVICE_GET_REGION_INFO, info));
        return info;
    }

    private IrqInfo irq(Bound bound, int index) {
        IrqInfo info = new IrqInfo(index);
        assertEquals(0, seam.ioctl(bound.device, VfioRequests.DEVICE_GET_IRQ_INFO, info));
        return info;
    }

    @Test
    void infoTellsTheKindAndWhetherThereIsReset() {
        Bound edu = edu();
        DeviceInfo info = new DeviceInfo(0);
        assertEquals(0, seam.ioctl(edu.device, VfioRequests.DEVICE_GET_INFO, info));

        assertEquals(DeviceInfo.PCI, info.flags());
        assertEquals(9, info.regions());
        assertEquals(5, info.irqs());
        refused(Errno.EINVAL, seam.ioctl(edu.device, VfioRequests.DEVICE_RESET, 0));
        refused(
                Errno.EINVAL,
                seam.ioctl(edu.device, VfioRequests.DEVICE_GET_INFO, Words.of(15, 0, 0, 0)));
        refused(Errno.ENOTTY, seam.kernel.ioctl(edu.device, 0x5401, 0));

        Bound nvme = nvme();
        assertEquals(0, seam.ioctl(nvme.device, VfioRequests.DEVICE_GET_INFO, info));
        assertEquals(DeviceInfo.PCI | DeviceInfo.RESET, info.flags());
    }

    @Test
    void regionsAreNumberedAndMostAreEmpty() {
        Bound edu = edu();
        for (int i = 0; i < 8; i++) {
            RegionInfo info = region(edu, i, 0);
            int flags = i == 0 ? READ_WRITE | RegionInfo.MMAP : i == 7 ? READ_WRITE : 0;
            assertEquals(flags, info.flags(), "flags of " + i);
            assertEquals(i == 0 ? 1 << 20 : i == 7 ? 256 : 0, info.size(), "size of " + i);
            assertEquals((long) i << 40, info.offset());
        }
        for (int i = 8; i < 11; i++) {
            RegionInfo info = new RegionInfo(i, 0);
            refused(
                    Errno.EINVAL,
                    seam.ioctl(edu.device, VfioRequests.DEVICE_GET_REGION_INFO, info));
        }
    }

    @Test
    void vectorTableIsMappableWithItsBar() {
        Bound nvme = nvme();
        RegionInfo small = region(nvme, 0, 32);
        assertEquals(40, small.needed());

        RegionInfo info = region(nvme, 0, 40);

        assertEquals(READ_WRITE | RegionInfo.MMAP | RegionInfo.CAPS, info.flags());
        assertTrue(info.msixMappable());
        assertEquals(0x4000, info.size());
        assertEquals(4096, region(nvme, 7, 0).size());
        refused(
                Errno.EINVAL,
                seam.ioctl(
                        nvme.device,
                        VfioRequests.DEVICE_GET_REGION_INFO,
                        Words.of(31, 0, 0, 0, 0, 0, 0, 0)));
    }

    @Test
    void interruptsAreCountedByIndex() {
        Bound edu = edu();
        Bound nvme = nvme();
        int[] eduCounts = {1, 1, 0, 1, 1};
        int[] nvmeCounts = {1, 0, 65, 1, 1};
        int noresize = IrqInfo.EVENTFD | IrqInfo.NORESIZE;
        for (int i = 0; i < 5; i++) {
            assertEquals(eduCounts[i], irq(edu, i).count());
            assertEquals(nvmeCounts[i], irq(nvme, i).count());
            assertEquals(i == 0 ? 7 : noresize, irq(edu, i).flags());
            assertEquals(i == 0 ? 7 : i == 2 ? IrqInfo.EVENTFD : noresize, irq(nvme, i).flags());
        }
        refused(
                Errno.EINVAL,
                seam.ioctl(edu.device, VfioRequests.DEVICE_GET_IRQ_INFO, new IrqInfo(5)));
    }

    @Test
    void configurationSpaceIsReadWithinItsBounds() {
        Bound edu = edu();
        long buffer = seam.memory(3 * PAGE);

        assertEquals(0x11e81234, (int) edu.read(CONFIG, 4));
        assertEquals(256, seam.kernel.pread(edu.device, buffer, 256, CONFIG));
        refused(Errno.EFAULT, seam.kernel.pread(edu.device, buffer, 4, CONFIG + 0xff));
        refused(Errno.EFAULT, seam.kernel.pread(edu.device, buffer, 4, CONFIG + 0x100));
        refused(Errno.EFAULT, seam.kernel.pread(edu.device, buffer, 8192, CONFIG));
        refused(Errno.EINVAL, seam.kernel.pread(edu.device, buffer, 4, -1));
        refused(Errno.EFAULT, seam.kernel.pread(edu.device, 0, 4, CONFIG));
        refused(Errno.EFAULT, seam.kernel.pwrite(edu.device, 0, 4, 0));
        assertEquals(4096, seam.kernel.pread(nvme().device, buffer, 4096, CONFIG));
    }

    @Test
    void configurationSpaceKeepsWhatItMay() {
        Bound edu = edu();
        Bound nvme = nvme();
        assertEquals(0x0103, nvme.read(CONFIG + 4, 2));

        edu.write(CONFIG, 4, -1);
        assertEquals(0x11e81234, (int) edu.read(CONFIG, 4));
        edu.write(CONFIG + 0x10, 4, -1);
        assertEquals(0xfff00000, (int) edu.read(CONFIG + 0x10, 4));
        edu.write(CONFIG + 0x14, 4, -1);
        assertEquals(0, edu.read(CONFIG + 0x14, 4));
        nvme.write(CONFIG + 0x10, 8, -1);
        assertEquals(0xffffffffffffc004L, nvme.read(CONFIG + 0x10, 8));
        nvme.write(CONFIG + 4, 4, -1);
        assertEquals(0x00100507, (int) nvme.read(CONFIG + 4, 4));
        nvme.write(CONFIG + 0x3c, 4, -1);
        assertEquals(0x1ff, nvme.read(CONFIG + 0x3c, 4));
        nvme.write(CONFIG + 0x0c, 4, -1);
        assertEquals(0xff, nvme.read(CONFIG + 0x0c, 4));
    }

    @Test
    void regionsThatAreNotThereCannotBeRead() {
        Bound edu = edu();
        long buffer = seam.memory(PAGE);
        for (long region : new long[] {1, 5, 6, 8, 9}) {
            refused(Errno.EINVAL, seam.kernel.pread(edu.device, buffer, 4, region << 40));
        }
        refused(Errno.EINVAL, seam.kernel.pwrite(edu.device, buffer, 4, 6L << 40));
        assertEquals(0, seam.kernel.pread(edu.device, buffer, 0, 0));
    }

    @Test
    void barIsReadUpToItsEndWhileMemoryIsDecoded() {
        Bound edu = edu();
        long buffer = seam.memory(PAGE);
        edu.write(CONFIG + 4, 2, 0);
        refused(Errno.EIO, seam.kernel.pread(edu.device, buffer, 4, 0));
        refused(Errno.EIO, seam.kernel.pwrite(edu.device, buffer, 4, 0));
        edu.enabled();

        assertEquals(0x010000ed, edu.read(0, 4));
        assertEquals(4, seam.kernel.pread(edu.device, buffer, 8, 0x100000 - 4));
        refused(Errno.EINVAL, seam.kernel.pread(edu.device, buffer, 8, 0x100000));
    }

    @Test
    void eduAnswersTheWidthsThatItHas() {
        Bound edu = edu().enabled();

        assertEquals(-1L, edu.read(0, 8));
        assertEquals(0, edu.read(0, 2));
        assertEquals(0, edu.read(2, 4));
        edu.write(0x80, 8, 0x1122334455667788L);
        edu.write(0x84, 4, 0x55);
        assertEquals(0x1122334455667788L, edu.read(0x80, 8));
        edu.write(0x80, 4, 0x66);
        assertEquals(0x66, edu.read(0x80, 8));
        assertEquals(0xffffffffL, edu.read(0x60, 4));
        assertEquals(0xffffffffL, edu.read(0x40000, 4));
    }

    @Test
    void eduComplementsAndComputes() {
        Bound edu = edu().enabled();

        edu.write(0x04, 4, 0x12345678);
        assertEquals(0xedcba987L, edu.read(0x04, 4));
        edu.write(0x08, 4, 5);
        long deadline = System.nanoTime() + 10_000_000_000L;
        while ((edu.read(0x20, 4) & 1) != 0) {
            assertTrue(System.nanoTime() < deadline);
        }
        assertEquals(120, edu.read(0x08, 4));
    }

    @Test
    void vectorTableIsHidden() {
        Bound nvme = nvme().enabled();

        assertEquals(-1L, nvme.read(0x2000, 8));
        nvme.write(0x2000, 8, 0);
        assertEquals(-1L, nvme.read(0x2000, 8));
        assertEquals(0x004008200f0107ffL, nvme.read(0, 8));
        assertEquals(0x00010400, nvme.read(8, 4));
    }

    @Test
    void resetForgetsRegistersAndKeepsTheCommandRegister() {
        Bound nvme = nvme().enabled();
        nvme.write(0x0c, 4, 1);
        assertEquals(1, nvme.read(0x0c, 4));

        assertEquals(0, seam.ioctl(nvme.device, VfioRequests.DEVICE_RESET, 0));

        assertEquals(0, nvme.read(0x14, 4));
        assertEquals(6, nvme.read(CONFIG + 4, 2) & 6);
    }

    @Test
    void onlyBarsAreMapped() {
        Bound edu = edu().enabled();

        refused(Errno.EINVAL, edu.mmap(0, 0x101000));
        refused(Errno.EINVAL, edu.mmap(1L << 40, PAGE));
        refused(Errno.EINVAL, edu.mmap(CONFIG, PAGE));
        refused(Errno.EINVAL, edu.mmap(9L << 40, PAGE));
        refused(Errno.EINVAL, edu.mmap(100, PAGE));
        refused(Errno.EINVAL, edu.mmap(0, 0));
        refused(Errno.EINVAL, seam.kernel.mmap(0, PAGE, 3, Fcntl.MAP_PRIVATE, edu.device, 0));
    }

    @Test
    void mappedBarKeepsTheClosedDeviceOpen() {
        Bound edu = Bound.Interface.LEGACY.edu(seam).enabled();
        long address = edu.mmap(0, PAGE);
        assertTrue(address > 0);
        seam.close(edu.device);
        seam.close(edu.group);
        refused(Errno.EBUSY, seam.kernel.open("/dev/vfio/" + Seam.EDU_GROUP, Fcntl.O_RDWR));

        assertEquals(0, seam.kernel.munmap(address, PAGE));

        seam.open("/dev/vfio/" + Seam.EDU_GROUP);
    }
}
