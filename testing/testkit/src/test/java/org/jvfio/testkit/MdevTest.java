// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.jvfio.testkit.Seam.refused;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.linux.Errno;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.uapi.AttachPt;
import org.jvfio.linux.uapi.BindIommufd;
import org.jvfio.linux.uapi.DeviceInfo;
import org.jvfio.linux.uapi.HwInfo;
import org.jvfio.linux.uapi.HwptAlloc;
import org.jvfio.linux.uapi.IoasAlloc;
import org.jvfio.linux.uapi.IoasIovaRanges;
import org.jvfio.linux.uapi.IommufdRequests;
import org.jvfio.linux.uapi.IrqInfo;
import org.jvfio.linux.uapi.RegionInfo;
import org.jvfio.linux.uapi.Type1Info;
import org.jvfio.linux.uapi.VfioRequests;

/** Mediated devices as the kernel makes them and takes them away: its samples mtty and mdpy. */
final class MdevTest {
    private static final String NAME = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1002";
    private static final String FOLDER = "/sys/bus/mdev/devices/" + NAME;
    private static final String TYPES = "/sys/class/mdev_bus/mdpy/mdev_supported_types";
    private static final String TYPE = TYPES + "/mdpy-vga";
    private static final Errno EUSERS = Errno.of(87);

    private Seam seam;
    private FileTree files;

    @BeforeEach
    void create() {
        seam = Seam.open();
        files = seam.kernel.files();
        assertEquals(NAME.length(), seam.writeFile(TYPE + "/create", NAME));
    }

    @AfterEach
    void remove() {
        seam.giveBack();
        if (files.exists(FOLDER)) {
            assertEquals(1, seam.writeFile(FOLDER + "/remove", "1"));
        }
        seam.close();
    }

    private int group() throws KernelException {
        String path = files.resolve(FOLDER + "/iommu_group");
        return Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
    }

    private int bound(int iommufd) throws KernelException {
        String node = files.list(FOLDER + "/vfio-dev").get(0);
        int device = seam.open("/dev/vfio/devices/" + node);
        BindIommufd bind = new BindIommufd(iommufd);
        assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_BIND_IOMMUFD, bind));
        return device;
    }

    @Test
    void sysfsShowsDeviceTypeAndParent() throws KernelException {
        assertEquals("/sys/devices/virtual/mdpy/mdpy/" + NAME, files.resolve(FOLDER));
        assertEquals("mdpy-vga", files.read(FOLDER + "/mdev_type/name"));
        assertEquals("vfio-pci", files.read(FOLDER + "/mdev_type/device_api"));
        assertEquals("virtual display, 640x480 framebuffer", files.read(TYPE + "/description"));
        assertTrue(files.resolve(FOLDER + "/mdev_type").endsWith("mdev_supported_types/mdpy-vga"));
        assertEquals("/sys/bus/mdev/drivers/mdpy", files.resolve(FOLDER + "/driver"));
        assertTrue(files.exists(TYPE + "/devices/" + NAME));
        assertFalse(
                files.exists("/sys/class/mdev_bus/mtty/mdev_supported_types/mtty-1/description"));
        String group = "/sys/kernel/iommu_groups/" + group();
        assertEquals("vfio-noiommu", files.read(group + "/name"));
        assertEquals("unknown", files.read(group + "/type"));
        assertTrue(files.exists("/dev/vfio/" + group()));
    }

    @Test
    void creationIsRefused() throws KernelException {
        refused(Errno.EEXIST, seam.writeFile(TYPE + "/create", NAME));
        refused(Errno.EINVAL, seam.writeFile(TYPE + "/create", "mdpy"));
        int left = Integer.parseInt(files.read(TYPE + "/available_instances"));
        assertEquals(3, left);
        assertEquals(left, Integer.parseInt(files.read(TYPES + "/mdpy-hd/available_instances")));
        for (int i = 0; i < left; i++) {
            assertEquals(NAME.length(), seam.writeFile(TYPE + "/create", other(i)));
        }
        refused(EUSERS, seam.writeFile(TYPE + "/create", other(left)));
        for (int i = 0; i < left; i++) {
            String folder = "/sys/bus/mdev/devices/" + other(i);
            assertEquals(1, seam.writeFile(folder + "/remove", "1"));
        }
    }

    private static String other(int number) {
        return NAME.substring(0, NAME.length() - 1) + (char) ('a' + number);
    }

    @Test
    void removedDeviceIsGoneWithItsGroup() throws KernelException {
        int group = group();
        assertEquals(1, seam.writeFile(FOLDER + "/remove", "0"));
        assertTrue(files.exists(FOLDER));

        assertEquals(1, seam.writeFile(FOLDER + "/remove", "1"));

        assertFalse(files.exists(FOLDER));
        assertFalse(files.exists("/dev/vfio/" + group));
        assertFalse(files.exists("/sys/kernel/iommu_groups/" + group));
        assertFalse(files.exists(TYPE + "/devices/" + NAME));
    }

    @Test
    void displayHasMemoryAndNoInterrupts() throws KernelException {
        int device = bound(seam.open("/dev/iommu"));
        DeviceInfo info = new DeviceInfo(0);
        assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_GET_INFO, info));
        assertEquals(DeviceInfo.PCI, info.flags());
        long[] sizes = {0x20_0000, 0, 0, 0, 0, 0, 0, 255, 0};
        int[] flags = {7, 0, 0, 0, 0, 0, 0, 3, 0};
        assertEquals(sizes.length, info.regions());
        for (int i = 0; i < sizes.length; i++) {
            RegionInfo region = new RegionInfo(i, 0);
            assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_GET_REGION_INFO, region));
            assertEquals(sizes[i], region.size());
            assertEquals(flags[i], region.flags());
        }
        for (int i = 0; i < info.irqs(); i++) {
            IrqInfo irq = new IrqInfo(i);
            assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_GET_IRQ_INFO, irq));
            assertEquals(0, irq.count());
            assertEquals(0, irq.flags());
        }
    }

    @Test
    void noIommuStandsBehindItInAnIoas() throws KernelException {
        int iommufd = seam.open("/dev/iommu");
        int device = bound(iommufd);
        IoasAlloc ioas = new IoasAlloc();
        assertEquals(0, seam.ioctl(iommufd, IommufdRequests.IOAS_ALLOC, ioas));

        AttachPt attach = new AttachPt(ioas.ioas());
        assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_ATTACH_IOMMUFD_PT, attach));

        IoasIovaRanges ranges = new IoasIovaRanges(ioas.ioas(), 4);
        assertEquals(0, seam.ioctl(iommufd, IommufdRequests.IOAS_IOVA_RANGES, ranges));
        assertEquals(Seam.PAGE, ranges.alignment());
        assertEquals(1, ranges.ranges().size());
        assertEquals(-1, ranges.ranges().get(0).last());
        HwptAlloc tables = new HwptAlloc(1, ioas.ioas(), 0);
        refused(Errno.ENOENT, seam.ioctl(iommufd, IommufdRequests.HWPT_ALLOC, tables));
        refused(Errno.ENOENT, seam.ioctl(iommufd, IommufdRequests.GET_HW_INFO, new HwInfo(1, 0)));
    }

    @Test
    void noIommuStandsBehindItInAContainer() throws KernelException {
        Bound bound = Bound.legacy(seam, NAME, group());
        Type1Info info = new Type1Info(512);

        assertEquals(0, seam.ioctl(bound.table, VfioRequests.IOMMU_GET_INFO, info));

        assertEquals(-Seam.PAGE, info.pageSizes());
        assertTrue(info.iovaRanges().isEmpty());
        assertTrue(info.dmaAvailable().isPresent());
    }
}
