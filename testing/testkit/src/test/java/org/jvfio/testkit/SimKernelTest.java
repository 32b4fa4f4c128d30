// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.jvfio.testkit.Seam.PAGE;
import static org.jvfio.testkit.Seam.refused;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.jvfio.IovaRange;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.uapi.Type1Info;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.testkit.device.EduModel;

/** What only a simulated kernel can do: look inside, and fail when it is told to. */
final class SimKernelTest {
    private static SimKernel edus() {
        return SimKernel.builder().edu("0000:00:05.0").edu("0000:00:07.0").build();
    }

    private static Bound legacy(Seam seam) {
        return Bound.legacy(seam, "0000:00:05.0", 1);
    }

    @Test
    void callsAreNotedInOrder() {
        try (Seam seam = Seam.on(edus())) {
            SimKernel kernel = seam.sim();
            legacy(seam);

            assertEquals(
                    List.of(
                            "open",
                            "open",
                            "VFIO_GROUP_SET_CONTAINER",
                            "VFIO_SET_IOMMU",
                            "VFIO_GROUP_GET_DEVICE_FD"),
                    kernel.requestNames());
            assertEquals("open /dev/vfio/vfio = 100000", kernel.requests().get(0).toString());
            kernel.forgetRequests();
            assertEquals(List.of(), kernel.requests());
        }
    }

    @Test
    void callsSayWhatTheyWereAboutAfterItIsGone() {
        try (Seam seam = Seam.on(edus())) {
            Bound edu = legacy(seam);
            long vaddr = seam.memory(PAGE);
            seam.sim().forgetRequests();

            refused(Errno.EINVAL, edu.map(1, vaddr, PAGE));
            refused(Errno.ENOTTY, seam.kernel.ioctl(edu.table, 0x5401, 0));
            seam.close(edu.device);
            refused(Errno.EBADF, seam.kernel.close(99));

            assertEquals(
                    List.of(
                            "VFIO_IOMMU_MAP_DMA /dev/vfio/vfio = -22",
                            "ioctl 0x5401 /dev/vfio/vfio = -25",
                            "close /dev/vfio/1 0000:00:05.0 = 0",
                            "close descriptor 99 = -9"),
                    seam.sim().requests().stream().map(SystemCall::toString).toList());
        }
    }

    @Test
    void whatIsLeftIsTold() {
        Seam seam = Seam.on(edus());
        SimKernel kernel = seam.sim();
        Bound edu = legacy(seam).enabled();
        assertEquals(0, edu.map(0x1000, seam.memory(PAGE), PAGE));
        long bar = edu.mmap(0, PAGE);

        assertEquals(
                List.of(
                        "100000 /dev/vfio/vfio",
                        "100001 /dev/vfio/1",
                        "100002 /dev/vfio/1 0000:00:05.0"),
                kernel.openDescriptors());
        assertEquals(List.of(IovaRange.of(0x1000, PAGE)), kernel.mappedRanges());
        assertEquals(PAGE, kernel.pinnedBytes());
        assertEquals(6, kernel.leftovers().size(), kernel.leftovers()::toString);
        assertThrows(AssertionError.class, kernel::assertNothingLeft);

        assertEquals(0, kernel.munmap(bar, PAGE));
        seam.close();
        assertEquals(List.of(), kernel.leftovers());
    }

    @Test
    void callsFailWhenTold() {
        try (Seam seam = Seam.on(edus())) {
            SimKernel kernel = seam.sim();
            Bound edu = legacy(seam);
            long vaddr = seam.memory(2 * PAGE);
            kernel.failNext("VFIO_IOMMU_MAP_DMA", Errno.ENOMEM);
            kernel.failNext("VFIO_IOMMU_MAP_DMA", Errno.EBUSY);
            assertEquals(0, edu.unmap(0, PAGE));

            refused(Errno.ENOMEM, edu.map(0, vaddr, PAGE));
            refused(Errno.EBUSY, edu.map(0, vaddr, PAGE));

            assertTrue(kernel.hasFailedAsPlanned());
            assertEquals(List.of(), kernel.mappings());
            kernel.failAfter(1, Errno.EIO);
            assertEquals(0, edu.map(0, vaddr, PAGE));
            assertFalse(kernel.hasFailedAsPlanned());
            refused(Errno.EIO, edu.map(PAGE, vaddr + PAGE, PAGE));
        }
    }

    @Test
    void closeThatFailsHasClosed() {
        try (Seam seam = Seam.on(edus())) {
            int fd = seam.kernel.open("/dev/iommu", Fcntl.O_RDWR);
            seam.sim().failNext("close", Errno.EIO);

            refused(Errno.EIO, seam.kernel.close(fd));

            refused(Errno.EBADF, seam.kernel.close(fd));
        }
    }

    @Test
    void mappingsAreLimited() {
        try (Seam seam = Seam.on(edus())) {
            seam.sim().limitMappings(1);
            Bound edu = legacy(seam);
            long vaddr = seam.memory(2 * PAGE);
            seam.sim().limitMappings(2);
            assertEquals(0, edu.map(0, vaddr, PAGE));

            refused(Errno.ENOSPC, edu.map(PAGE, vaddr + PAGE, PAGE));

            Type1Info info = new Type1Info(200);
            assertEquals(0, seam.ioctl(edu.table, VfioRequests.IOMMU_GET_INFO, info));
            assertEquals(0, info.dmaAvailable().getAsLong());
        }
    }

    @Test
    void pinnedMemoryIsLimitedForEachInterfaceAlone() throws Exception {
        try (Seam seam = Seam.on(edus())) {
            SimKernel kernel = seam.sim();
            kernel.limitLockedMemory(2 * PAGE);
            Bound first = legacy(seam);
            Bound second = Bound.iommufd(seam, "0000:00:07.0");
            long vaddr = seam.memory(4 * PAGE);

            assertEquals(0, first.map(0, vaddr, 2 * PAGE));
            refused(Errno.ENOMEM, first.map(0x10000, vaddr, PAGE));
            assertEquals(0, second.map(0, vaddr, 2 * PAGE));
            refused(Errno.ENOMEM, second.map(0x10000, vaddr, PAGE));

            String status = kernel.files().read("/proc/self/status");
            assertTrue(status.contains("VmLck:\t       8 kB"), status);
            assertTrue(status.contains("VmPin:\t       8 kB"), status);
            assertTrue(kernel.files().read("/proc/self/limits").contains(" 8192 "));
        }
    }

    @Test
    void descriptorsAreLimited() {
        try (Seam seam = Seam.on(edus())) {
            seam.sim().limitDescriptors(2);
            seam.open("/dev/vfio/1");
            seam.open("/dev/iommu");

            refused(Errno.EMFILE, seam.kernel.open("/dev/vfio/2", Fcntl.O_RDWR));
            refused(Errno.EMFILE, seam.kernel.eventfd(0, 0));

            seam.sim().limitDescriptors(3);
            seam.open("/dev/vfio/2");
        }
    }

    @Test
    void partsOfAKernelCanBeMissing() {
        SimKernelBuilder builder = SimKernel.builder().edu("0000:00:05.0");
        try (Seam seam = Seam.on(builder.withoutIommufd().build())) {
            var files = seam.kernel.files();
            assertTrue(files.exists("/sys/bus/pci/devices/0000:00:05.0/vfio-dev/vfio0"));
            assertFalse(files.exists("/sys/bus/pci/devices/0000:00:05.0/vfio-dev/vfio0/dev"));
            assertFalse(files.exists("/dev/iommu"));
            refused(Errno.ENOENT, seam.kernel.open("/dev/vfio/devices/vfio0", Fcntl.O_RDWR));
            refused(Errno.ENOENT, seam.kernel.open("/dev/iommu", Fcntl.O_RDWR));
            seam.sim().deny("/dev/vfio/1");
            refused(Errno.EACCES, seam.kernel.open("/dev/vfio/1", Fcntl.O_RDWR));
            assertFalse(files.mayReadAndWrite("/dev/vfio/1"));
            assertTrue(files.exists("/dev/vfio/1"));
        }
        try (Seam seam = Seam.on(SimHostProvider.machine().withoutGroups().build())) {
            refused(Errno.ENOENT, seam.kernel.open("/dev/vfio/vfio", Fcntl.O_RDWR));
            refused(Errno.ENOENT, seam.kernel.open("/dev/vfio/5", Fcntl.O_RDWR));
            Bound.iommufd(seam, Seam.EDU);
        }
    }

    @Test
    void modelsCanBeLookedInto() {
        try (Seam seam = Seam.on(edus())) {
            Bound edu = legacy(seam).enabled();
            long vaddr = seam.memory(PAGE);
            seam.view(vaddr, PAGE).put(0, new byte[] {1, 2, 3});
            assertEquals(0, edu.map(0, vaddr, PAGE));

            edu.edu(0, EduModel.BUFFER, 3, 0);

            byte[] buffer = seam.sim().model("0000:00:05.0", EduModel.class).buffer();
            assertArrayEquals(new byte[] {1, 2, 3, 0}, Arrays.copyOf(buffer, 4));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> seam.sim().model("0000:00:06.0", EduModel.class));
        }
    }

    @Test
    void noThreadIsLeftWithoutMappedBar() throws InterruptedException {
        try (Seam seam = Seam.on(edus())) {
            Bound edu = legacy(seam).enabled();
            long bar = edu.mmap(0, PAGE);
            Thread watching = deviceThread();
            assertTrue(watching.isDaemon());

            assertEquals(0, seam.kernel.munmap(bar, PAGE));

            watching.join(10_000);
            assertFalse(watching.isAlive());
        }
    }

    @Test
    void closingEndsTheThread() throws InterruptedException {
        Seam seam = Seam.on(edus());
        Bound edu = legacy(seam).enabled();
        long bar = edu.mmap(0, PAGE);
        Thread watching = deviceThread();

        seam.sim().close();

        watching.join(10_000);
        assertFalse(watching.isAlive());
        seam.kernel.munmap(bar, PAGE);
        seam.close();
    }

    private static Thread deviceThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("sim-device"))
                .findFirst()
                .orElseThrow();
    }
}
