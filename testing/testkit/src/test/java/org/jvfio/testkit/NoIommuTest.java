// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.jvfio.testkit.Seam.PAGE;
import static org.jvfio.testkit.Seam.refused;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.IovaRange;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.uapi.IoasIovaRanges;
import org.jvfio.linux.uapi.IommufdRequests;
import org.jvfio.linux.uapi.Type1DirtyBitmap;
import org.jvfio.linux.uapi.Type1DmaMap;
import org.jvfio.linux.uapi.Type1DmaUnmap;
import org.jvfio.linux.uapi.Type1Info;
import org.jvfio.linux.uapi.VfioGroupStatus;
import org.jvfio.linux.uapi.VfioRequests;

/**
 * A machine without an IOMMU that gives devices away all the same. The testbed's guest is one with
 * {@code --iommu none --append vfio.enable_unsafe_noiommu_mode=1}.
 */
final class NoIommuTest {
    private static final String GROUP = "/dev/vfio/noiommu-0";
    private static final String OTHER_GROUP = "/dev/vfio/noiommu-1";
    private static final int NOIOMMU = VfioRequests.NOIOMMU_IOMMU;

    private Seam seam;

    @BeforeEach
    void open() {
        seam =
                Seam.REAL
                        ? Seam.open()
                        : Seam.on(SimHostProvider.machine().withoutIommu().unsafeNoIommu().build());
        assumeTrue(seam.kernel.files().exists(GROUP), "the machine has an IOMMU");
    }

    @AfterEach
    void close() {
        seam.close();
    }

    private int join(int group, int container) {
        return seam.ioctl(group, VfioRequests.GROUP_SET_CONTAINER, Words.of(container));
    }

    private int setIommu(int container, int type) {
        return seam.ioctl(container, VfioRequests.SET_IOMMU, type);
    }

    private void assertExtensions(int container, List<Integer> expected) {
        for (int extension = 0; extension < 12; extension++) {
            int answer = seam.ioctl(container, VfioRequests.CHECK_EXTENSION, extension);
            assertEquals(expected.contains(extension) ? 1 : 0, answer, "extension " + extension);
        }
    }

    @Test
    void functionsThatAreGivenAwayHaveGroupsOfTheirOwn() throws KernelException {
        FileTree files = seam.kernel.files();
        String edu = "/sys/bus/pci/devices/" + Seam.EDU;

        assertEquals("/sys/kernel/iommu_groups/0", files.resolve(edu + "/iommu_group"));
        assertEquals(List.of(Seam.EDU), files.list("/sys/kernel/iommu_groups/0/devices"));
        assertEquals("vfio-noiommu", files.read("/sys/kernel/iommu_groups/0/name"));
        assertEquals("unknown", files.read("/sys/kernel/iommu_groups/0/type"));
        assertEquals("", files.read("/sys/kernel/iommu_groups/0/reserved_regions"));
        List<String> groups = files.list("/sys/kernel/iommu_groups");
        assertTrue(groups.containsAll(List.of("0", "1", "2", "3")), groups::toString);
        assertEquals(List.of("noiommu-vfio0"), files.list(edu + "/vfio-dev"));
        assertFalse(files.exists(edu + "/iommu"));
        assertFalse(files.exists("/sys/bus/pci/devices/0000:00:09.0/iommu_group"));
        assertTrue(files.exists("/dev/vfio/noiommu-3"));
        assertTrue(files.exists("/dev/vfio/devices/noiommu-vfio3"));
        assertFalse(files.exists("/dev/vfio/0"));
        assertEquals("Y", files.read("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode"));
    }

    @Test
    void containerOfSuchAGroupHasNoOtherIommu() {
        int container = seam.open("/dev/vfio/vfio");
        int group = seam.open(GROUP);
        assertExtensions(container, List.of(1, 3, NOIOMMU, 9));
        refused(Errno.EINVAL, setIommu(container, NOIOMMU));

        assertEquals(0, join(group, container));

        assertExtensions(container, List.of(NOIOMMU));
        for (int type : new int[] {0, 1, 2, 3, 4, 7, 9, 10}) {
            refused(Errno.ENODEV, setIommu(container, type));
        }
        refused(Errno.EINVAL, Bound.deviceOf(seam, group, Seam.EDU));
        assertEquals(0, setIommu(container, NOIOMMU));
        refused(Errno.EINVAL, setIommu(container, NOIOMMU));
        refused(Errno.EINVAL, setIommu(container, VfioRequests.TYPE1V2_IOMMU));
        assertExtensions(container, List.of(NOIOMMU));
    }

    @Test
    void nothingIsMappedWithoutIommu() {
        int container = seam.open("/dev/vfio/vfio");
        assertEquals(0, join(seam.open(GROUP), container));
        assertEquals(0, setIommu(container, NOIOMMU));
        Type1DmaMap map = new Type1DmaMap().set(0, seam.memory(PAGE), PAGE, Type1.READ_WRITE);
        Type1DmaUnmap unmap = new Type1DmaUnmap().set(0, PAGE, 0);
        Type1DirtyBitmap start = new Type1DirtyBitmap().set(Type1DirtyBitmap.START);

        refused(Errno.ENOTTY, seam.ioctl(container, VfioRequests.IOMMU_MAP_DMA, map));
        refused(Errno.ENOTTY, seam.ioctl(container, VfioRequests.IOMMU_MAP_DMA, 0));
        refused(Errno.ENOTTY, seam.ioctl(container, VfioRequests.IOMMU_UNMAP_DMA, unmap));
        refused(Errno.ENOTTY, seam.ioctl(container, VfioRequests.IOMMU_DIRTY_PAGES, start));
        Type1Info info = new Type1Info(0);
        refused(Errno.ENOTTY, seam.ioctl(container, VfioRequests.IOMMU_GET_INFO, info));
        refused(Errno.ENOTTY, seam.kernel.ioctl(container, 0x5401, 0));
        assertEquals(0, seam.ioctl(container, VfioRequests.GET_API_VERSION, 0));
    }

    @Test
    void devicesComeOutOfGroupsAsEver() {
        int container = seam.open("/dev/vfio/vfio");
        int group = seam.open(GROUP);
        refused(Errno.EBUSY, seam.kernel.open(GROUP, Fcntl.O_RDWR));
        assertEquals(0, join(group, container));
        assertEquals(0, setIommu(container, NOIOMMU));

        int device = Bound.deviceOf(seam, group, Seam.EDU);

        assertTrue(device >= 0, "" + device);
        seam.closing(device);
        refused(Errno.EBUSY, seam.ioctl(group, VfioRequests.GROUP_UNSET_CONTAINER, 0));
        int other = seam.open(OTHER_GROUP);
        assertEquals(0, join(other, container));
        int otherDevice = Bound.deviceOf(seam, other, "0000:00:07.0");
        assertTrue(otherDevice >= 0, "" + otherDevice);
        seam.close(otherDevice);
        seam.close(device);
        assertEquals(0, seam.ioctl(group, VfioRequests.GROUP_UNSET_CONTAINER, 0));
        VfioGroupStatus status = new VfioGroupStatus();
        assertEquals(0, seam.ioctl(group, VfioRequests.GROUP_GET_STATUS, status));
        assertEquals(VfioGroupStatus.VIABLE, status.flags());
    }

    @Test
    void iommufdIsAContainerForSuchAGroupToo() {
        int iommu = seam.open("/dev/iommu");
        int group = seam.open(GROUP);
        assertEquals(0, join(group, iommu));

        for (int extension : new int[] {1, 2, 3, 9, 10}) {
            assertEquals(0, seam.ioctl(iommu, VfioRequests.CHECK_EXTENSION, extension));
        }
        assertEquals(1, seam.ioctl(iommu, VfioRequests.CHECK_EXTENSION, NOIOMMU));
        int coherence = VfioRequests.DMA_CC_IOMMU;
        refused(Errno.ENODEV, seam.ioctl(iommu, VfioRequests.CHECK_EXTENSION, coherence));
        refused(Errno.EINVAL, setIommu(iommu, VfioRequests.TYPE1V2_IOMMU));
        assertEquals(0, setIommu(iommu, NOIOMMU));
        int device = Bound.deviceOf(seam, group, Seam.EDU);
        assertTrue(device >= 0, "" + device);
        Type1DmaMap map = new Type1DmaMap().set(0, seam.memory(PAGE), PAGE, Type1.READ_WRITE);
        refused(Errno.ENODEV, seam.ioctl(iommu, VfioRequests.IOMMU_MAP_DMA, map));
        seam.close(device);
    }

    @Test
    void deviceHasAFileOfItsOwn() {
        Bound edu = Bound.iommufd(seam, Seam.EDU);

        IoasIovaRanges ranges = new IoasIovaRanges(edu.ioas, 8);
        assertEquals(0, seam.ioctl(edu.table, IommufdRequests.IOAS_IOVA_RANGES, ranges));
        assertEquals(List.of(IovaRange.ALL), ranges.ranges());
        assertEquals(PAGE, ranges.alignment());
        assertEquals(0, edu.map(0xfee00000L, seam.memory(2 * PAGE), 2 * PAGE));
        assertEquals(0x1234, edu.read(Bound.CONFIG, 2));
        refused(Errno.EBUSY, seam.kernel.open(GROUP, Fcntl.O_RDWR));
    }
}
