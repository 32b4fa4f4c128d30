// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.jvfio.testkit.Seam.refused;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.linux.Errno;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.uapi.BindIommufd;
import org.jvfio.linux.uapi.DeviceFeature;
import org.jvfio.linux.uapi.DeviceInfo;
import org.jvfio.linux.uapi.IrqInfo;
import org.jvfio.linux.uapi.RegionInfo;
import org.jvfio.linux.uapi.VfToken;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.testkit.device.IgbModel;

/**
 * A physical function, the virtual ones that it makes, and the token between them.
 *
 * <p>On a real kernel it needs the testbed with {@code --igb --bind 0000:02:00.0 --append
 * vfio_pci.enable_sriov=1}.
 */
final class VirtualFunctionTest {
    private static final String PHYSICAL = "0000:02:00.0";
    private static final String FOLDER = "/sys/bus/pci/devices/" + PHYSICAL;
    private static final String VIRTUAL = "0000:02:10.0";
    private static final UUID TOKEN = UUID.fromString("14b5a9a2-5c0b-4c94-9f3e-2f1de1cf7d01");
    private static final UUID OTHER = UUID.fromString("9e4f5b46-4e8b-47a0-9d3c-7a77c5a2a102");
    private static final UUID NULL = new UUID(0, 0);

    private Seam seam;
    private FileTree files;

    @BeforeEach
    void open() {
        seam = Seam.REAL ? Seam.open() : Seam.on(SimHostProvider.machine().device(igb()).build());
        files = seam.kernel.files();
        assumeTrue(files.exists(FOLDER), "the guest was booted without igb");
    }

    @AfterEach
    void close() {
        seam.giveBack();
        if (files.exists(FOLDER)) {
            enable(0);
        }
        seam.close();
    }

    private static SimDevice igb() {
        return SimDevice.of(PHYSICAL, new IgbModel()).behind("0000:00:0a.0");
    }

    /** Writes {@code sriov_numvfs}; answers as {@code write(2)} does. */
    private long enable(int number) {
        return seam.writeFile(FOLDER + "/sriov_numvfs", Integer.toString(number));
    }

    private int group(String name) {
        try {
            String path = files.resolve("/sys/bus/pci/devices/" + name + "/iommu_group");
            return seam.open("/dev/vfio/" + path.substring(path.lastIndexOf('/') + 1));
        } catch (KernelException e) {
            throw new AssertionError(e);
        }
    }

    /** A group with a container, ready to hand out its device. */
    private int ready(String name) {
        int container = seam.open("/dev/vfio/vfio");
        int group = group(name);
        assertEquals(0, seam.ioctl(group, VfioRequests.GROUP_SET_CONTAINER, Words.of(container)));
        assertEquals(0, seam.ioctl(container, VfioRequests.SET_IOMMU, 3));
        return group;
    }

    private int device(int group, String text) {
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        Words string = new Words(ascii.length / Integer.BYTES + 1).ascii(ascii);
        int fd = seam.ioctl(group, VfioRequests.GROUP_GET_DEVICE_FD, string);
        return fd < 0 ? fd : seam.closing(fd);
    }

    private static String with(String name, UUID token) {
        return name + " vf_token=" + token;
    }

    private int bind(String name, BindIommufd bind) {
        int device = seam.open(Bound.cdev(seam, name));
        int result = seam.ioctl(device, VfioRequests.DEVICE_BIND_IOMMUFD, bind);
        return result < 0 ? result : device;
    }

    private int setToken(int device, UUID token) {
        DeviceFeature feature = new DeviceFeature(0, DeviceFeature.SET, 16);
        feature.data().put(VfToken.bytes(token));
        return seam.ioctl(device, VfioRequests.DEVICE_FEATURE, feature);
    }

    private int feature(int device, int flags, int argsz) {
        Words words = new Words(16);
        words.u32(0, argsz).u32(4, flags);
        return seam.ioctl(device, VfioRequests.DEVICE_FEATURE, words);
    }

    @Test
    void physicalFunctionSaysWhatItCanMake() throws KernelException {
        assertEquals("8", files.read(FOLDER + "/sriov_totalvfs"));
        assertEquals("0", files.read(FOLDER + "/sriov_numvfs"));
        assertEquals("128", files.read(FOLDER + "/sriov_offset"));
        assertEquals("2", files.read(FOLDER + "/sriov_stride"));
        assertEquals("10ca", files.read(FOLDER + "/sriov_vf_device"));
        // Where the ports are depends on what else is in the machine.
        String ports = files.read(FOLDER + "/resource").lines().toList().get(2);
        assertTrue(ports.matches("0x0{12}[0-9a-f]{2}00 0x0{12}[0-9a-f]{2}1f 0x0{11}40101"), ports);
    }

    @Test
    void writingMakesFunctionsInGroupsOfTheirOwn() throws KernelException {
        refused(Errno.ERANGE, enable(9));
        assertEquals(1, enable(2));
        assertEquals(1, enable(2));
        refused(Errno.EBUSY, enable(1));

        assertEquals("2", files.read(FOLDER + "/sriov_numvfs"));
        assertTrue(files.resolve(FOLDER + "/virtfn0").endsWith(VIRTUAL));
        assertTrue(files.resolve(FOLDER + "/virtfn1").endsWith("0000:02:10.2"));
        String virtual = "/sys/bus/pci/devices/" + VIRTUAL;
        assertEquals(files.resolve(FOLDER), files.resolve(virtual + "/physfn"));
        assertEquals("0x10ca", files.read(virtual + "/device"));
        assertEquals("flr", files.read(virtual + "/reset_method"));
        assertEquals("vfio-pci", files.read(virtual + "/driver_override"));
        assertEquals("/sys/bus/pci/drivers/vfio-pci", files.resolve(virtual + "/driver"));
        String group = files.resolve(virtual + "/iommu_group");
        assertEquals(List.of(VIRTUAL), files.list(group + "/devices"));

        assertEquals(1, enable(0));
        assertFalse(files.exists(virtual));
        assertFalse(files.exists(group));
        assertFalse(files.exists(FOLDER + "/virtfn0"));
    }

    @Test
    void bothKindsShowTheirRegionsAndInterrupts() {
        enable(1);
        int physical = device(ready(PHYSICAL), with(PHYSICAL, TOKEN));
        int virtual = device(ready(VIRTUAL), with(VIRTUAL, TOKEN));
        DeviceInfo info = new DeviceInfo(0);
        assertEquals(0, seam.ioctl(virtual, VfioRequests.DEVICE_GET_INFO, info));
        assertEquals(DeviceInfo.PCI | DeviceInfo.RESET, info.flags());
        long[] physicalSizes = {0x20000, 0x20000, 0x20, 0x4000, 0, 0, 0, 4096};
        long[] virtualSizes = {0x4000, 0, 0, 0x4000, 0, 0, 0, 4096};
        for (int i = 0; i < 8; i++) {
            assertEquals(physicalSizes[i], region(physical, i).size());
            assertEquals(virtualSizes[i], region(virtual, i).size());
        }
        assertEquals(RegionInfo.READ | RegionInfo.WRITE, region(physical, 2).flags());
        assertTrue(region(virtual, 3).msixMappable());
        int[] physicalVectors = {1, 1, 10, 1, 1};
        int[] virtualVectors = {0, 0, 3, 1, 1};
        for (int i = 0; i < 5; i++) {
            assertEquals(physicalVectors[i], vectors(physical, i));
            assertEquals(virtualVectors[i], vectors(virtual, i));
        }
        refused(Errno.EINVAL, seam.kernel.mmap(0, 4096, 3, 1, physical, 2L << 40));
    }

    private RegionInfo region(int device, int index) {
        RegionInfo info = new RegionInfo(index, 64);
        assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_GET_REGION_INFO, info));
        return info;
    }

    private int vectors(int device, int index) {
        IrqInfo info = new IrqInfo(index);
        assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_GET_IRQ_INFO, info));
        return info.count();
    }

    @Test
    void memoryOfAVirtualFunctionIsAlwaysDecoded() {
        enable(1);
        int physical = device(ready(PHYSICAL), with(PHYSICAL, TOKEN));
        int virtual = device(ready(VIRTUAL), with(VIRTUAL, TOKEN));
        Words word = new Words(2);
        long config = Bound.CONFIG;
        assertEquals(2, seam.kernel.pread(virtual, word.address(), 2, config + 4));
        assertEquals(2, word.u32(0));
        word.u32(0, 0);
        assertEquals(2, seam.kernel.pwrite(virtual, word.address(), 2, config + 4));
        assertEquals(2, seam.kernel.pwrite(physical, word.address(), 2, config + 4));

        assertEquals(4, seam.kernel.pread(virtual, word.address(), 4, 0));
        refused(Errno.EIO, seam.kernel.pread(physical, word.address(), 4, 0));
    }

    @Test
    void groupHandsAVirtualFunctionOutForItsTokenAlone() {
        enable(1);
        int physicalGroup = ready(PHYSICAL);
        int virtualGroup = ready(VIRTUAL);
        refused(Errno.EACCES, device(virtualGroup, VIRTUAL));
        refused(Errno.EACCES, device(virtualGroup, with(VIRTUAL, UUID.randomUUID())));

        assertTrue(device(physicalGroup, with(PHYSICAL, TOKEN)) >= 0);

        refused(Errno.EACCES, device(virtualGroup, VIRTUAL));
        refused(Errno.EACCES, device(virtualGroup, with(VIRTUAL, OTHER)));
        refused(Errno.EACCES, device(virtualGroup, with(VIRTUAL, NULL)));
        assertTrue(device(virtualGroup, with(VIRTUAL, TOKEN)) >= 0);
    }

    @Test
    void physicalFunctionOpensWithTheTokenWhileVirtualOnesAreInUse() {
        enable(1);
        int physicalGroup = ready(PHYSICAL);
        int virtualGroup = ready(VIRTUAL);
        int physical = device(physicalGroup, with(PHYSICAL, TOKEN));
        assertTrue(device(virtualGroup, with(VIRTUAL, TOKEN)) >= 0);
        seam.close(physical);

        refused(Errno.EACCES, device(physicalGroup, PHYSICAL));
        refused(Errno.EACCES, device(physicalGroup, with(PHYSICAL, OTHER)));
        refused(Errno.EACCES, device(virtualGroup, with(VIRTUAL, OTHER)));
        assertTrue(device(virtualGroup, with(VIRTUAL, TOKEN)) >= 0);
        assertTrue(device(physicalGroup, with(PHYSICAL, TOKEN)) >= 0);
    }

    @Test
    void physicalFunctionTakesANewTokenWhileNoVirtualOneIsInUse() {
        enable(1);
        int physicalGroup = ready(PHYSICAL);
        int virtualGroup = ready(VIRTUAL);
        seam.close(device(physicalGroup, with(PHYSICAL, TOKEN)));
        assertTrue(device(physicalGroup, with(PHYSICAL, OTHER)) >= 0);
        assertTrue(device(physicalGroup, PHYSICAL) >= 0);

        refused(Errno.EACCES, device(virtualGroup, with(VIRTUAL, TOKEN)));
        assertTrue(device(virtualGroup, with(VIRTUAL, OTHER)) >= 0);
    }

    @Test
    void optionsBehindTheNameMustBeOneToken() {
        int group = ready(PHYSICAL);

        refused(Errno.EINVAL, device(group, PHYSICAL + " vf_token="));
        refused(Errno.EINVAL, device(group, PHYSICAL + " bogus=1"));
        refused(Errno.EINVAL, device(group, with(PHYSICAL, TOKEN) + " x"));
        refused(Errno.EINVAL, device(group, with(with(PHYSICAL, TOKEN), TOKEN)));
        String shorter = with(PHYSICAL, TOKEN);
        refused(Errno.EINVAL, device(group, shorter.substring(0, shorter.length() - 1)));
        refused(Errno.ENODEV, device(group, PHYSICAL + "x"));
        assertTrue(device(group, PHYSICAL + "  ") >= 0);
    }

    @Test
    void fileOfAVirtualFunctionIsBoundWithItsTokenAlone() {
        enable(2);
        int iommu = seam.open("/dev/iommu");
        refused(Errno.EACCES, bind(VIRTUAL, new BindIommufd(iommu)));
        int physical = bind(PHYSICAL, new BindIommufd(iommu, TOKEN));

        refused(Errno.EACCES, bind(VIRTUAL, new BindIommufd(iommu)));
        refused(Errno.EACCES, bind(VIRTUAL, new BindIommufd(iommu, OTHER)));
        refused(Errno.EACCES, bind(VIRTUAL, new BindIommufd(iommu, NULL)));
        assertTrue(bind(VIRTUAL, new BindIommufd(iommu, TOKEN)) >= 0);
        seam.close(physical);
        refused(Errno.EACCES, bind("0000:02:10.2", new BindIommufd(iommu, OTHER)));
        refused(Errno.EACCES, bind(PHYSICAL, new BindIommufd(iommu)));
        assertTrue(bind("0000:02:10.2", new BindIommufd(iommu, TOKEN)) >= 0);
        assertTrue(bind(PHYSICAL, new BindIommufd(iommu, TOKEN)) >= 0);
    }

    @Test
    void bindTakesATokenThatIsWhereItSays() {
        int iommu = seam.open("/dev/iommu");
        int device = seam.open(Bound.cdev(seam, PHYSICAL));
        var bind = VfioRequests.DEVICE_BIND_IOMMUFD;

        refused(Errno.EFAULT, seam.ioctl(device, bind, Words.of(16, 1, iommu, 0, 0, 0)));
        refused(Errno.EFAULT, seam.ioctl(device, bind, Words.of(24, 1, iommu, 0, 0, 0)));
        refused(Errno.EINVAL, seam.ioctl(device, bind, Words.of(24, 2, iommu, 0, 0, 0)));
        refused(Errno.E2BIG, seam.ioctl(device, bind, Words.of(28, 0, iommu, 0, 0, 0, 1)));
        assertEquals(0, seam.ioctl(device, bind, Words.of(28, 0, iommu, 0, 0, 0, 0)));
    }

    @Test
    void featureReplacesTheToken() {
        enable(1);
        int physical = device(ready(PHYSICAL), with(PHYSICAL, TOKEN));
        int group = ready(VIRTUAL);
        assertTrue(device(group, with(VIRTUAL, TOKEN)) >= 0);

        assertEquals(0, setToken(physical, OTHER));

        refused(Errno.EACCES, device(group, with(VIRTUAL, TOKEN)));
        assertTrue(device(group, with(VIRTUAL, OTHER)) >= 0);
    }

    @Test
    void featureIsSetOnlyAndThePhysicalFunctionsAlone() {
        enable(1);
        int physical = device(ready(PHYSICAL), with(PHYSICAL, TOKEN));
        int virtual = device(ready(VIRTUAL), with(VIRTUAL, TOKEN));
        int probe = DeviceFeature.PROBE;
        int get = DeviceFeature.GET;
        int set = DeviceFeature.SET;

        assertEquals(0, feature(physical, probe, 8));
        assertEquals(0, feature(physical, probe | set, 8));
        refused(Errno.EINVAL, feature(physical, probe | get, 8));
        refused(Errno.EINVAL, feature(physical, probe | get | set, 8));
        refused(Errno.EINVAL, feature(physical, 0, 8));
        refused(Errno.EINVAL, feature(physical, 0, 7));
        refused(Errno.EINVAL, feature(physical, get, 24));
        refused(Errno.EINVAL, feature(physical, get | set, 24));
        refused(Errno.EINVAL, feature(physical, set, 23));
        refused(Errno.EINVAL, feature(physical, set | 1 << 20, 24));
        refused(Errno.ENOTTY, feature(physical, set | 99, 24));
        refused(Errno.ENOTTY, feature(physical, probe | set | 1, 8));
        refused(Errno.ENOTTY, feature(virtual, probe | set, 8));
        refused(Errno.EFAULT, seam.ioctl(physical, VfioRequests.DEVICE_FEATURE, 0));
    }

    @Test
    void cardSendsOneMessageForAnInterruptUntilItIsRead() {
        int device = device(ready(PHYSICAL), PHYSICAL);
        int eventfd = seam.eventfd();
        Words irqs = Words.of(24, 4 | 1 << 5, 2, 3, 1, eventfd);
        write(device, Bound.CONFIG + 4, 6);
        assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_SET_IRQS, irqs));
        write(device, 0x1514, 0x10);

        assertEquals(0x100209, read(device, 0));
        assertEquals(0x80080481, read(device, 8));
        write(device, 0x1520, 1 << 3);
        refused(Errno.EAGAIN, seam.taken(eventfd));
        write(device, 0x1524, 1 << 3);
        assertTrue(seam.arrives(eventfd));
        write(device, 0x1520, 1 << 3);
        assertEquals(1, seam.taken(eventfd));
        assertEquals(1 << 3, read(device, 0x1580));
        assertEquals(0, read(device, 0x1580));
        write(device, 0x1520, 1 << 3);
        assertTrue(seam.arrives(eventfd));
    }

    @Test
    void virtualFunctionMakesTheResetOfTheBusImpossible() {
        enable(1);
        int iommu = seam.open("/dev/iommu");
        int physical = bind(PHYSICAL, new BindIommufd(iommu, TOKEN));
        assertTrue(bind(VIRTUAL, new BindIommufd(iommu, TOKEN)) >= 0);
        Words list = new Words(7).u32(0, 28);

        assertEquals(0, seam.ioctl(physical, VfioRequests.DEVICE_GET_PCI_HOT_RESET_INFO, list));
        assertEquals(1, list.u32(4));
        assertEquals(2, list.u32(8));
        assertEquals(1, list.u32(12));
        assertEquals(0x00020000, list.u32(16));
        assertEquals(-1, list.u32(20));
        assertEquals(0x80020000, list.u32(24));
        refused(
                Errno.EINVAL,
                seam.ioctl(physical, VfioRequests.DEVICE_PCI_HOT_RESET, Words.of(12, 0, 0)));
    }

    private void write(int device, long offset, int value) {
        Words word = Words.of(value);
        assertEquals(4, seam.kernel.pwrite(device, word.address(), 4, offset));
    }

    private int read(int device, long offset) {
        Words word = new Words(1);
        assertEquals(4, seam.kernel.pread(device, word.address(), 4, offset));
        return word.u32(0);
    }

    @Test
    void deviceWithoutVirtualFunctionsTakesNoToken() {
        int iommu = seam.open("/dev/iommu");

        refused(Errno.EINVAL, bind(Seam.EDU, new BindIommufd(iommu, TOKEN)));
        int group = ready(Seam.NVME);
        refused(Errno.EINVAL, device(group, with(Seam.NVME, TOKEN)));
        int device = device(group, Seam.NVME);
        refused(Errno.ENOTTY, feature(device, DeviceFeature.PROBE, 8));
    }
}
