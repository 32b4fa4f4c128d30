// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.jvfio.linux.DeviceNumber;
import org.jvfio.linux.Errno;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.KernelException;

/** sysfs, procfs and {@code /dev}, on the standard machine. */
final class FilesTest {
    private static final String DEVICES = "/sys/bus/pci/devices/";
    private static final String EDU = DEVICES + Seam.EDU;

    private Seam seam;
    private FileTree files;

    @BeforeEach
    void open() {
        seam = Seam.open();
        files = seam.kernel.files();
    }

    @AfterEach
    void close() {
        seam.close();
    }

    private static void refused(Errno errno, Executable call) {
        assertEquals(errno, assertThrows(KernelException.class, call).errno());
    }

    @Test
    void functionShowsItsIdentity() throws KernelException {
        assertEquals("0x1234", files.read(EDU + "/vendor"));
        assertEquals("0x11e8", files.read(EDU + "/device"));
        assertEquals("0x00ff00", files.read(EDU + "/class"));
        assertEquals("0x10", files.read(EDU + "/revision"));
        assertEquals("0x1af4", files.read(EDU + "/subsystem_vendor"));
        assertEquals("0x1100", files.read(EDU + "/subsystem_device"));
        assertEquals("0x010802", files.read(DEVICES + Seam.NVME + "/class"));
        // Where BARs are depends on what else is plugged in.
        String bar = files.read(EDU + "/resource").lines().findFirst().orElseThrow();
        assertTrue(
                bar.matches("0x00000000fe([0-9a-f])00000 0x00000000fe\\1fffff 0x0000000000040200"),
                bar);
        assertEquals("vfio-pci", files.read(EDU + "/driver_override"));
        assertEquals("flr", files.read(DEVICES + Seam.NVME + "/reset_method"));
        assertFalse(files.exists(EDU + "/reset_method"));
    }

    @Test
    void linksLeadToDriverGroupAndFolder() throws KernelException {
        assertEquals("/sys/bus/pci/drivers/vfio-pci", files.resolve(EDU + "/driver"));
        assertEquals(
                "/sys/kernel/iommu_groups/" + Seam.EDU_GROUP, files.resolve(EDU + "/iommu_group"));
        assertTrue(files.resolve(EDU).endsWith("/pci0000:00/" + Seam.EDU));
        assertEquals("/sys/bus/pci", files.resolve(EDU + "/subsystem"));
        assertTrue(
                files.resolve(DEVICES + Seam.UNVIABLE)
                        .endsWith("/pci0000:00/0000:00:06.0/" + Seam.UNVIABLE));
        assertFalse(files.exists(DEVICES + "0000:00:09.0/driver"));
        assertFalse(files.exists(DEVICES + "0000:00:09.0/vfio-dev"));
        assertTrue(files.resolve(DEVICES + Seam.FOREIGN + "/driver").endsWith("/virtio-pci"));
    }

    @Test
    void groupListsItsMembers() throws KernelException {
        assertTrue(
                files.list("/sys/kernel/iommu_groups/" + Seam.SHARED_GROUP + "/devices")
                        .containsAll(List.of(Seam.UNVIABLE, Seam.FOREIGN)));
        assertTrue(
                files.list("/sys/bus/pci/drivers/vfio-pci")
                        .containsAll(List.of(Seam.EDU, Seam.NVME, Seam.UNVIABLE)));
        assertEquals("DMA", files.read("/sys/kernel/iommu_groups/5/type"));
        assertEquals(
                "0x00000000fee00000 0x00000000feefffff msi",
                files.read("/sys/kernel/iommu_groups/5/reserved_regions"));
        assertTrue(files.list("/sys/class/iommu").contains("dmar0"));
    }

    @Test
    void deviceNodesHaveTheNumbersThatSysfsTells() throws KernelException {
        assertEquals(List.of("vfio0"), files.list(EDU + "/vfio-dev"));
        DeviceNumber told = DeviceNumber.parse(files.read(EDU + "/vfio-dev/vfio0/dev"));
        assertEquals(told, files.deviceNumber("/dev/vfio/devices/vfio0"));
        assertEquals(new DeviceNumber(10, 196), files.deviceNumber("/dev/vfio/vfio"));
        assertTrue(files.mayReadAndWrite("/dev/vfio/" + Seam.EDU_GROUP));
        assertFalse(files.mayReadAndWrite("/dev/vfio/" + Seam.DRIVERLESS_GROUP));
        int fd = seam.open("/dev/vfio/devices/vfio0");
        assertEquals(told, files.deviceNumber("/proc/self/fd/" + fd));
        refused(Errno.ENODEV, () -> files.deviceNumber(EDU + "/vendor"));
    }

    @Test
    void whatIsNotThereIsRefused() throws KernelException {
        refused(Errno.ENOENT, () -> files.read(DEVICES + "0000:00:0f.0/vendor"));
        refused(Errno.ENOENT, () -> files.list("/sys/kernel/iommu_groups/99/devices"));
        refused(Errno.ENOENT, () -> files.resolve(DEVICES + "0000:00:09.0/driver"));
        refused(Errno.ENOTDIR, () -> files.list(EDU + "/vendor"));
        refused(Errno.of(21), () -> files.read(EDU));
        assertEquals(
                "65535", files.read("/sys/module/vfio_iommu_type1/parameters/dma_entry_limit"));
        assertTrue(files.read("/proc/self/limits").contains("Max locked memory"));
        assertTrue(files.read("/proc/self/status").contains("VmPin:"));
    }
}
