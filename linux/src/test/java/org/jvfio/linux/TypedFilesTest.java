// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.jvfio.IovaRange;
import org.jvfio.linux.uapi.IoasIovaRanges;
import org.jvfio.linux.uapi.IoasUnmap;
import org.jvfio.linux.uapi.Type1DirtyBitmap;
import org.jvfio.linux.uapi.Type1DmaUnmap;
import org.jvfio.linux.uapi.Type1Info;
import org.jvfio.linux.uapi.VfioGroupStatus;
import org.jvfio.linux.uapi.VfioRequests;

/** What the typed files ask of the kernel, and what they make of its answers. */
class TypedFilesTest {
    private final ScriptedKernel kernel = new ScriptedKernel();

    @AfterEach
    void everyAnswerWasCalledFor() {
        assertTrue(kernel.isDone());
    }

    private static ByteBuffer bytes(long address, int length) {
        return ProcessMemory.view(address, length);
    }

    private GroupFd group() throws KernelException {
        kernel.then(argument -> 0);
        return GroupFd.open(kernel, "/dev/vfio/12");
    }

    private ContainerFd container() throws KernelException {
        kernel.then(argument -> 0);
        return ContainerFd.open(kernel, "/dev/vfio/vfio");
    }

    @Test
    void aGroupTellsItsStatus() throws KernelException {
        GroupFd group = group();
        kernel.then(
                argument -> {
                    assertEquals(8, bytes(argument, 8).getInt(0));
                    bytes(argument, 8).putInt(4, VfioGroupStatus.VIABLE);
                    return 0;
                });

        assertEquals(VfioGroupStatus.VIABLE, group.status());
    }

    @Test
    void aContainerIsPassedByTheAddressOfItsDescriptor() throws KernelException {
        GroupFd group = group();
        ContainerFd container = container();
        kernel.then(
                argument -> {
                    assertEquals(ScriptedKernel.DESCRIPTOR, bytes(argument, 4).getInt(0));
                    return 0;
                });

        group.setContainer(container);

        container.close();
        assertThrows(IllegalStateException.class, () -> group.setContainer(container));
    }

    @Test
    void aDeviceIsOpenedByNameAndKnowsWhereItCameFrom() throws KernelException {
        GroupFd group = group();
        kernel.then(
                argument -> {
                    byte[] name = new byte[13];
                    bytes(argument, 13).get(name);
                    assertEquals("0000:02:00.0\0", new String(name, StandardCharsets.UTF_8));
                    return 44;
                });

        DeviceFd device = group.openDevice("0000:02:00.0");

        assertEquals(44, device.fd());
        assertEquals("/dev/vfio/12 (0000:02:00.0)", device.path());
    }

    @Test
    void plainNumbersArePassedAsTheyAre() throws KernelException {
        ContainerFd container = container();
        kernel.then(argument -> argument == VfioRequests.TYPE1V2_IOMMU ? 1 : 0);
        kernel.then(argument -> argument == VfioRequests.TYPE1V2_IOMMU ? 1 : 0);

        assertTrue(container.hasExtension(VfioRequests.TYPE1V2_IOMMU));
        assertFalse(container.hasExtension(VfioRequests.NOIOMMU_IOMMU));
    }

    @Test
    void aRefusalNamesItsRequest() throws KernelException {
        ContainerFd container = container();
        kernel.refuse(Errno.EPERM);

        var refused = assertThrows(KernelException.class, () -> container.setIommu(3));

        assertEquals("VFIO_SET_IOMMU", refused.request());
    }

    /** Two answers of a kernel with 48 bytes; between the two its list grew. */
    @Test
    void anInfoIsAskedForAgainUntilItFits() throws KernelException {
        ContainerFd container = container();
        kernel.then(argument -> tooShort(argument, 24, 40));
        kernel.then(argument -> tooShort(argument, 40, 48));
        kernel.then(
                argument -> {
                    ByteBuffer info = bytes(argument, 48);
                    assertEquals(48, info.getInt(0));
                    info.putInt(4, Type1Info.CAPS).putInt(16, 24);
                    info.putShort(24, (short) Type1Info.CAP_DMA_AVAIL).putInt(32, 65535);
                    return 0;
                });

        Type1Info info = container.info();

        assertEquals(OptionalLong.of(65535), info.dmaAvailable());
        assertEquals(48, info.capacity());
    }

    private static long tooShort(long argument, int offered, int needed) {
        ByteBuffer info = bytes(argument, offered);
        assertEquals(offered, info.getInt(0));
        info.putInt(0, needed).putInt(4, Type1Info.CAPS);
        return 0;
    }

    @Test
    void anInfoThatNeverFitsIsAnsweredWithoutItsCapabilities() throws KernelException {
        ContainerFd container = container();
        for (int i = 0; i < 8; i++) {
            int offered = 24 + 8 * i;
            kernel.then(argument -> tooShort(argument, offered, offered + 8));
        }

        assertTrue(container.info().capabilities().all().isEmpty());
    }

    @Test
    void unmapAnswersWhatTheKernelUnmapped() throws KernelException {
        ContainerFd container = container();
        kernel.then(
                argument -> {
                    bytes(argument, 24).putLong(16, 0x2000);
                    return 0;
                });
        assertEquals(0x2000, container.unmap(new Type1DmaUnmap().set(0x1000, 0x4000, 0)));

        IommuFd iommu = IommuFd.borrow(kernel, 12);
        kernel.then(
                argument -> {
                    bytes(argument, 24).putLong(16, 0x3000);
                    return 0;
                });
        assertEquals(0x3000, iommu.unmap(new IoasUnmap().set(1, 0, -1)));
    }

    @Test
    void aContainerTracksDirtyPages() throws KernelException {
        ContainerFd container = container();
        List<Integer> flags = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            kernel.then(
                    argument -> {
                        flags.add(bytes(argument, 8).getInt(4));
                        return 0;
                    });
        }

        container.startDirtyTracking();
        container.dirtyPages(new Type1DirtyBitmap().get(0, 4096, 4096, 8, 0x1000));
        container.stopDirtyTracking();

        assertEquals(List.of(1, 4, 2), flags);
        kernel.refuse(Errno.EINVAL);
        KernelException refused =
                assertThrows(KernelException.class, container::startDirtyTracking);
        assertEquals("VFIO_IOMMU_DIRTY_PAGES", refused.request());
    }

    @Test
    void rangesAreAskedForAgainWithTheRoomThatTheKernelNamed() throws KernelException {
        IommuFd iommu = IommuFd.borrow(kernel, 12);
        kernel.then(
                argument -> {
                    bytes(argument, 32).putInt(8, 20);
                    return -Errno.EMSGSIZE.number();
                });
        kernel.then(
                argument -> {
                    ByteBuffer struct = bytes(argument, 32);
                    assertEquals(20, struct.getInt(8));
                    struct.putInt(8, 1).putLong(24, 1);
                    bytes(struct.getLong(16), 16).putLong(0, 0x1000).putLong(8, -1);
                    return 0;
                });

        IoasIovaRanges ranges = iommu.iovaRanges(7);

        assertEquals(List.of(new IovaRange(0x1000, -1)), ranges.ranges());
        assertEquals(1, ranges.alignment());
    }

    @Test
    void rangesThatDoNotFitThoughThereIsRoomAreARefusal() {
        IommuFd iommu = IommuFd.borrow(kernel, 12);
        kernel.refuse(Errno.EMSGSIZE);

        var refused = assertThrows(KernelException.class, () -> iommu.iovaRanges(7));

        assertEquals("IOMMU_IOAS_IOVA_RANGES", refused.request());
    }

    @Test
    void bindingAnswersTheIdOfTheDevice() throws KernelException {
        DeviceFd device = DeviceFd.borrow(kernel, 5, "/dev/vfio/devices/vfio0");
        kernel.then(
                argument -> {
                    assertEquals(12, bytes(argument, 16).getInt(8));
                    bytes(argument, 16).putInt(12, 77);
                    return 0;
                });

        assertEquals(77, device.bind(IommuFd.borrow(kernel, 12)));
    }

    @Test
    void whatASignalInterruptedIsDoneAgain() throws KernelException {
        DeviceFd device = DeviceFd.borrow(kernel, 5, "/dev/vfio/devices/vfio0");
        kernel.refuse(Errno.EINTR).then(argument -> 0);
        device.reset();
        kernel.refuse(Errno.EINTR).then(argument -> 4);
        assertEquals(4, device.read(1L << 40, 0, 4));
        kernel.refuse(Errno.EINTR).then(argument -> 3);
        assertEquals(3, device.write(1L << 40, 0, 4));
    }

    @Test
    void aResetThatTheKernelPutsOffIsTheCallersToRepeat() {
        DeviceFd device = DeviceFd.borrow(kernel, 5, "/dev/vfio/devices/vfio0");
        kernel.refuse(Errno.EAGAIN);

        var refused = assertThrows(KernelException.class, device::reset);

        assertEquals(Errno.EAGAIN, refused.errno());
    }

    @Test
    void aMappingIsSharedAndItsRefusalIsNoAddress() throws KernelException {
        DeviceFd device = DeviceFd.borrow(kernel, 5, "/dev/vfio/devices/vfio0");
        kernel.then(argument -> 0x7f0000000000L).refuse(Errno.EINVAL);

        assertEquals(0x7f0000000000L, device.map(4096, 8192, Fcntl.PROT_READ));
        assertEquals(List.of("mmap 8192 1 1 4096"), kernel.calls);
        assertThrows(KernelException.class, () -> device.map(4096, 8192, Fcntl.PROT_READ));
    }

    @Test
    void anEventfdIsReadWithoutWaiting() throws KernelException {
        EventFd event = EventFd.create(kernel.then(argument -> 0));
        kernel.then(
                argument -> {
                    bytes(argument, 8).putLong(0, 6);
                    return 8;
                });

        assertEquals(6, event.read());
        kernel.refuse(Errno.EINTR).refuse(Errno.EAGAIN);
        assertEquals(0, event.read());
        assertEquals("eventfd 0 " + Fcntl.EFD_NONBLOCK, kernel.calls.get(0));
    }

    @Test
    void signallingAddsOneAndAFullCounterIsNoFailure() throws KernelException {
        EventFd event = EventFd.create(kernel.then(argument -> 0));
        kernel.then(argument -> bytes(argument, 8).getLong(0) == 1 ? 8 : -1);
        event.signal();
        kernel.refuse(Errno.EAGAIN);
        event.signal();

        event.close();

        assertThrows(IllegalStateException.class, event::signal);
        assertThrows(IllegalStateException.class, event::read);
    }
}
