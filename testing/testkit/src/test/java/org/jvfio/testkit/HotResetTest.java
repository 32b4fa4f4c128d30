// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.jvfio.testkit.Seam.refused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.device.PciAddress;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.BindIommufd;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.testkit.device.EduModel;
import org.jvfio.testkit.device.SilentModel;

/**
 * The reset of a bus with two functions on it.
 *
 * <p>On a real kernel both are vfio-pci's while this runs.
 */
final class HotResetTest {
    private static final String FIRST = Seam.UNVIABLE;
    private static final String SECOND = Seam.FOREIGN;
    private static final int FIRST_PLACE = place(FIRST);
    private static final int SECOND_PLACE = place(SECOND);
    private static final int GROUP = Seam.SHARED_GROUP;

    private static final Path BUS = Path.of("/sys/bus/pci");

    private static String formerDriver = "";
    private Seam seam;

    /**
     * Where a device of segment 0 is, as the kernel writes it: device and function, bus, segment.
     */
    private static int place(String name) {
        PciAddress address = PciAddress.of(name);
        return (address.device() << 3 | address.function()) << 24 | address.busNumber() << 16;
    }

    @BeforeAll
    static void takeFromTheKernel() throws IOException {
        if (Seam.REAL) {
            Path driver = BUS.resolve("devices").resolve(SECOND).resolve("driver").toRealPath();
            formerDriver = driver.getFileName().toString();
            rebind("vfio-pci");
        }
    }

    @AfterAll
    static void giveBackToTheKernel() throws IOException {
        if (Seam.REAL) {
            rebind(formerDriver);
        }
    }

    private static void rebind(String driver) throws IOException {
        Path device = BUS.resolve("devices").resolve(SECOND);
        Files.writeString(device.resolve("driver_override"), driver);
        Files.writeString(device.resolve("driver/unbind"), SECOND);
        Files.writeString(BUS.resolve("drivers").resolve(driver).resolve("bind"), SECOND);
    }

    @BeforeEach
    void open() {
        seam = Seam.REAL ? Seam.open() : Seam.on(machine().build());
    }

    private static SimKernelBuilder machine() {
        String bridge = "0000:00:06.0";
        return SimKernel.builder()
                .device(SimDevice.of(bridge, new SilentModel(0x1b36, 0xe, 0x060400)).unbound())
                .device(SimDevice.of(FIRST, new EduModel()).inGroup(GROUP).behind(bridge))
                .device(
                        SimDevice.of(SECOND, new SilentModel(0x1af4, 0x1005, 0x00ff00))
                                .inGroup(GROUP)
                                .behind(bridge))
                .device(SimDevice.of(Seam.EDU, new EduModel()).inGroup(Seam.EDU_GROUP));
    }

    @AfterEach
    void close() {
        seam.close();
    }

    private int info(int device, Words argument) {
        return seam.ioctl(device, VfioRequests.DEVICE_GET_PCI_HOT_RESET_INFO, argument);
    }

    private int reset(int device, int... words) {
        return seam.ioctl(device, VfioRequests.DEVICE_PCI_HOT_RESET, Words.of(words));
    }

    private int cdev(String name, int iommu) {
        int device = seam.open(Bound.cdev(seam, name));
        var bind = new BindIommufd(iommu);
        assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_BIND_IOMMUFD, bind));
        return device;
    }

    @Test
    void infoListsTheFunctionsOfTheBusWithTheirGroups() {
        int device = Bound.legacy(seam, FIRST, GROUP).device;
        Words argument = new Words(7).u32(0, 28);

        assertEquals(0, info(device, argument));

        assertEquals(0, argument.u32(4));
        assertEquals(2, argument.u32(8));
        assertEquals(GROUP, argument.u32(12));
        assertEquals(FIRST_PLACE, argument.u32(16));
        assertEquals(GROUP, argument.u32(20));
        assertEquals(SECOND_PLACE, argument.u32(24));
    }

    @Test
    void infoWithoutRoomTellsHowManyThereAre() {
        int device = Bound.legacy(seam, FIRST, GROUP).device;
        Words argument = new Words(7).u32(0, 20);

        refused(Errno.ENOSPC, info(device, argument));

        assertEquals(2, argument.u32(8));
        refused(Errno.EINVAL, info(device, new Words(7).u32(0, 11)));
    }

    @Test
    void rootBusHasNoSuchReset() {
        Bound edu = Bound.Interface.LEGACY.edu(seam);

        refused(Errno.ENODEV, info(edu.device, new Words(7).u32(0, 28)));
        refused(Errno.ENODEV, reset(edu.device, 16, 0, 1, edu.group));
        refused(Errno.EINVAL, reset(edu.device, 12, 0, 0));
    }

    @Test
    void groupsOfAllFunctionsMustBeGiven() {
        Bound bound = Bound.legacy(seam, FIRST, GROUP).enabled();
        int device = bound.device;
        bound.write(4, 4, 0x04030201);

        refused(Errno.EINVAL, reset(device, 11, 0, 1, bound.group));
        refused(Errno.EINVAL, reset(device, 16, 1, 1, bound.group));
        refused(Errno.EINVAL, reset(device, 12, 0, 0));
        refused(Errno.EBADF, reset(device, 16, 0, 1, -1));
        refused(Errno.EINVAL, reset(device, 16, 0, 1, bound.table));
        refused(Errno.EINVAL, reset(device, 24, 0, 3, bound.group, bound.group, bound.group));
        refused(Errno.EINVAL, reset(device, 16, 0, 1, seam.open("/dev/vfio/" + Seam.EDU_GROUP)));
        assertEquals(0, reset(device, 16, 0, 1, bound.group));
        assertEquals(0, reset(device, 20, 0, 2, bound.group, bound.group));
        assertEquals(0xfbfcfdfeL, bound.read(4, 4));
        assertEquals(6, bound.read(Bound.CONFIG + 4, 2));
    }

    @Test
    void boundFunctionsAreListedByTheirIds() {
        int iommu = seam.open("/dev/iommu");
        int device = cdev(FIRST, iommu);
        Words argument = new Words(7).u32(0, 28);

        assertEquals(0, info(device, argument));
        assertEquals(3, argument.u32(4));
        assertEquals(1, argument.u32(12));
        assertEquals(0, argument.u32(20));
        assertEquals(0, reset(device, 12, 0, 0));
        refused(Errno.EINVAL, reset(device, 16, 0, 1, device));

        cdev(SECOND, iommu);
        assertEquals(0, info(device, argument));
        assertEquals(2, argument.u32(20));
        assertEquals(0, reset(device, 12, 0, 0));
    }

    @Test
    void functionOfAnotherDriverMakesTheResetImpossible() {
        assumeTrue(!Seam.REAL, "the other driver's group is not viable on the real bus");
        seam.close();
        seam =
                Seam.on(
                        SimKernel.builder()
                                .device(SimDevice.of(FIRST, new EduModel()).behind("0000:00:06.0"))
                                .device(
                                        SimDevice.of(SECOND, new EduModel())
                                                .behind("0000:00:06.0")
                                                .boundTo("other"))
                                .build());
        int device = cdev(FIRST, seam.open("/dev/iommu"));
        Words argument = new Words(7).u32(0, 28);

        assertEquals(0, info(device, argument));

        assertEquals(1, argument.u32(4));
        assertEquals(-1, argument.u32(20));
        refused(Errno.EINVAL, reset(device, 12, 0, 0));
    }

    @Test
    void resetAnswersWhatItIsToldToAnswer() {
        assumeTrue(!Seam.REAL, "a real kernel answers as it likes");
        seam.sim().failNext("VFIO_DEVICE_PCI_HOT_RESET", Errno.EAGAIN);
        int device = cdev(FIRST, seam.open("/dev/iommu"));

        refused(Errno.EAGAIN, reset(device, 12, 0, 0));
        assertEquals(0, reset(device, 12, 0, 0));
        assertTrue(seam.sim().hasFailedAsPlanned());
    }
}
