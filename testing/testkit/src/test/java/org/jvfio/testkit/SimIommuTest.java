// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.jvfio.testkit.Seam.PAGE;
import static org.jvfio.testkit.Seam.refused;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.jvfio.IovaRange;
import org.jvfio.linux.Errno;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.uapi.IoasIovaRanges;
import org.jvfio.linux.uapi.IommufdRequests;
import org.jvfio.linux.uapi.Type1Info;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.testkit.device.EduModel;

/** A simulated machine with another IOMMU than the usual one, or with none. */
final class SimIommuTest {
    private static final String EDU = "0000:00:05.0";
    private static final IovaRange LOW = IovaRange.of(0x100000, 0x100000);
    private static final IovaRange HIGH = IovaRange.of(0xfed00000L, 0x400000);
    private static final List<IovaRange> CUT =
            List.of(
                    LOW,
                    new IovaRange(0xfed00000L, 0xfedfffffL),
                    new IovaRange(0xfef00000L, 0xff0fffffL));

    private static SimKernelBuilder machine() {
        return SimKernel.builder().edu(EDU);
    }

    private static Bound legacy(Seam seam) {
        return Bound.legacy(seam, EDU, 1);
    }

    private static Type1Info info(Seam seam, Bound edu) {
        Type1Info info = new Type1Info(400);
        assertEquals(0, seam.ioctl(edu.table, VfioRequests.IOMMU_GET_INFO, info));
        return info;
    }

    @Test
    void containerMapsInTheAperturesAlone() {
        try (Seam seam = Seam.on(machine().apertures(List.of(LOW, HIGH)).build())) {
            Bound edu = legacy(seam);
            long vaddr = seam.memory(2 * PAGE);

            assertEquals(CUT, info(seam, edu).iovaRanges().orElseThrow());
            assertEquals(0, edu.map(LOW.first(), vaddr, PAGE));
            assertEquals(0, edu.map(LOW.last() + 1 - PAGE, vaddr, PAGE));
            refused(Errno.EINVAL, edu.map(LOW.first() - PAGE, vaddr, PAGE));
            refused(Errno.EINVAL, edu.map(HIGH.first() - PAGE, vaddr, 2 * PAGE));
            refused(Errno.EINVAL, edu.map(LOW.last() + 1, vaddr, PAGE));
            refused(Errno.EINVAL, edu.map(0xfee00000L, vaddr, PAGE));
        }
    }

    @Test
    void ioasMapsInTheAperturesAlone() {
        try (Seam seam = Seam.on(machine().apertures(List.of(LOW, HIGH)).build())) {
            Bound edu = Bound.iommufd(seam, EDU);
            long vaddr = seam.memory(2 * PAGE);
            IoasIovaRanges ranges = new IoasIovaRanges(edu.ioas, 8);

            assertEquals(0, seam.ioctl(edu.table, IommufdRequests.IOAS_IOVA_RANGES, ranges));
            assertEquals(CUT, ranges.ranges());
            assertEquals(0, edu.map(LOW.first(), vaddr, PAGE));
            refused(Errno.EINVAL, edu.map(LOW.last() + 1 - PAGE, vaddr, 2 * PAGE));
        }
    }

    @Test
    void smallestPageIsWhatMappingsAreMadeOf() {
        int large = 16 * PAGE;
        try (Seam seam = Seam.on(machine().pageSizes(large | 2 << 20).build())) {
            Bound edu = legacy(seam);
            long vaddr = (seam.memory(2L * large) + large - 1) & -large;

            assertEquals(large | 2 << 20, info(seam, edu).pageSizes());
            assertEquals(large, info(seam, edu).migration().orElseThrow().pageSizes());
            refused(Errno.EINVAL, edu.map(0, vaddr, PAGE));
            refused(Errno.EINVAL, edu.map(PAGE, vaddr, large));
            refused(Errno.EINVAL, edu.map(0, vaddr + PAGE, large));
            assertEquals(0, edu.map(0, vaddr, large));
            refused(Errno.EINVAL, edu.unmap(0, PAGE));
        }
    }

    @Test
    void pagesSmallerThanTheMachinesCountAsThose() {
        try (Seam seam = Seam.on(machine().pageSizes(512 | 2 << 20).build())) {
            assertEquals(PAGE | 2 << 20, info(seam, legacy(seam)).pageSizes());
        }
    }

    @Test
    void anIommuTranslatesSomething() {
        SimKernelBuilder machine = machine();

        assertThrows(IllegalArgumentException.class, () -> machine.apertures(List.of()));
        assertThrows(IllegalArgumentException.class, () -> machine.apertures(List.of(HIGH, LOW)));
        assertThrows(IllegalArgumentException.class, () -> machine.pageSizes(0));
    }

    @Test
    void withoutIommuNothingIsGivenAway() throws KernelException {
        try (Seam seam = Seam.on(SimHostProvider.machine().withoutIommu().build())) {
            FileTree files = seam.kernel.files();
            String edu = "/sys/bus/pci/devices/" + EDU;
            assertEquals(List.of("vfio"), files.list("/dev/vfio"));
            assertEquals(List.of(), files.list("/sys/kernel/iommu_groups"));
            assertFalse(files.exists("/sys/class/iommu/dmar0"));
            assertFalse(files.exists(edu + "/driver"));
            assertFalse(files.exists(edu + "/iommu_group"));
            assertTrue(files.exists(edu + "/vendor"));
            assertTrue(files.exists("/sys/bus/pci/devices/0000:01:02.0/driver"));
            assertEquals(0, extension(seam, VfioRequests.NOIOMMU_IOMMU));
        }
    }

    private static int extension(Seam seam, int extension) {
        int container = seam.open("/dev/vfio/vfio");
        return seam.ioctl(container, VfioRequests.CHECK_EXTENSION, extension);
    }

    @Test
    void unsafeSwitchChangesNothingForGroupsOfAnIommu() {
        try (Seam seam = Seam.on(machine().unsafeNoIommu().build())) {
            assertEquals(1, extension(seam, VfioRequests.NOIOMMU_IOMMU));
            int container = seam.open("/dev/vfio/vfio");
            int group = seam.open("/dev/vfio/1");
            assertEquals(
                    0, seam.ioctl(group, VfioRequests.GROUP_SET_CONTAINER, Words.of(container)));
            int none = VfioRequests.NOIOMMU_IOMMU;
            assertEquals(0, seam.ioctl(container, VfioRequests.CHECK_EXTENSION, none));
            refused(Errno.ENODEV, seam.ioctl(container, VfioRequests.SET_IOMMU, none));
        }
    }

    @Test
    void withoutIommuEveryDmaIsAFault() {
        try (Seam seam = Seam.on(machine().withoutIommu().unsafeNoIommu().build())) {
            Bound edu = Bound.iommufd(seam, EDU).enabled();
            assertEquals(0, edu.map(0x10000, seam.memory(PAGE), PAGE));

            edu.edu(0x10000, EduModel.BUFFER, 16, 0);

            assertEquals(1, seam.sim().faults().size());
        }
    }

    @Test
    void kernelWithoutGroupsHasNoneOfAnyKind() {
        SimKernelBuilder machine = machine().withoutGroups().edu("0000:00:07.0");
        try (Seam seam = Seam.on(machine.build())) {
            assertFalse(seam.kernel.files().exists("/dev/vfio/1"));
            assertFalse(seam.kernel.files().exists("/dev/vfio/2"));
        }
        SimKernelBuilder without = machine().withoutIommu().unsafeNoIommu().withoutGroups();
        try (Seam seam = Seam.on(without.build())) {
            assertFalse(seam.kernel.files().exists("/dev/vfio/noiommu-0"));
            assertTrue(seam.kernel.files().exists("/dev/vfio/devices/noiommu-vfio0"));
        }
    }
}
