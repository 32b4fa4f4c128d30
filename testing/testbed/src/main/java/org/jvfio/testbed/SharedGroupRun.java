// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvfio.DmaBuffer;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceReset;
import org.jvfio.device.HotResetFunction;
import org.jvfio.device.HotResetPlan;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.testkit.driver.EduDriver;

/** Two devices of one IOMMU group, once the kernel's own driver has let go of the second. */
@DisplayName("shared group")
final class SharedGroupRun extends GuestCase {
    private static final Path BUS = Path.of("/sys/bus/pci");
    private static final PciAddress ONE = GuestBench.UNVIABLE;
    private static final PciAddress OTHER = GuestBench.FOREIGN;

    private static final int COMMAND = 0x04;
    private static final int IO_SPACE = 1;
    private static final int VIRTIO_STATUS = 0x12;
    private static final byte VIRTIO_ACKNOWLEDGED = 1;

    @BeforeAll
    static void takeFromTheKernel() throws IOException {
        rebind("vfio-pci");
    }

    @AfterAll
    static void giveBackToTheKernel() throws IOException {
        rebind("virtio-pci");
    }

    private static void rebind(String driver) throws IOException {
        Path device = BUS.resolve("devices").resolve(OTHER.name());
        Files.writeString(device.resolve("driver_override"), driver);
        Files.writeString(device.resolve("driver/unbind"), OTHER.name());
        Files.writeString(BUS.resolve("drivers").resolve(driver).resolve("bind"), OTHER.name());
    }

    @ParameterizedTest
    @ValueSource(strings = {GuestBench.LEGACY, GuestBench.IOMMUFD})
    void devicesOfOneGroupShareAnAddressSpace(String backend) {
        try (Vfio vfio = Vfio.open();
                PciDevice one = vfio.addressSpace().attach(ONE, through(backend));
                PciDevice other = vfio.addressSpace().attach(OTHER, through(backend));
                EduDriver edu = EduDriver.start(one);
                DmaBuffer buffer = vfio.addressSpace().allocate(EduDriver.BUFFER_BYTES)) {
            assertEquals(one.node().group(), other.node().group());
            edu.load(buffer.iova(), EduDriver.BUFFER_BYTES);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {GuestBench.LEGACY, GuestBench.IOMMUFD})
    void deviceMayLeaveAndComeBackWhileAnotherOfItsGroupStays(String backend) {
        try (Vfio vfio = Vfio.open();
                PciDevice one = vfio.addressSpace().attach(ONE, through(backend))) {
            vfio.addressSpace().attach(OTHER, through(backend)).close();
            vfio.addressSpace().attach(OTHER, through(backend)).close();
            assertEquals(EduDriver.VENDOR_ID, one.config().vendorId());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {GuestBench.LEGACY, GuestBench.IOMMUFD})
    void devicesOfOneGroupAreNotPutIntoTwoAddressSpaces(String backend) {
        try (Vfio vfio = Vfio.open();
                PciDevice one = vfio.addressSpace().attach(ONE, through(backend))) {
            VfioException refused =
                    assertThrows(
                            VfioException.class,
                            () -> vfio.newAddressSpace().attach(OTHER, through(backend)));

            assertNames(refused.getMessage(), OTHER.name(), "IOMMU group");
            assertEquals(EduDriver.VENDOR_ID, one.config().vendorId());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {GuestBench.LEGACY, GuestBench.IOMMUFD})
    void hotResetTakesTheWholeGroupDown(String backend) {
        try (Vfio vfio = Vfio.open();
                PciDevice one = vfio.addressSpace().attach(ONE, through(backend));
                EduDriver edu = EduDriver.start(one);
                DmaBuffer buffer = vfio.addressSpace().allocate(EduDriver.BUFFER_BYTES)) {
            HotResetPlan plan = one.hotReset();
            assertEquals(
                    List.of(ONE + " (attached)", OTHER + " (ours by its group)"),
                    plan.functions().stream().map(HotResetFunction::toString).toList());

            plan.execute();

            edu.load(buffer.iova(), EduDriver.BUFFER_BYTES);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {GuestBench.LEGACY, GuestBench.IOMMUFD})
    void systemResetTakesDevicesWithoutAResetOfTheirOwnDownTogether(String backend) {
        try (Vfio vfio = Vfio.open();
                PciDevice one = vfio.addressSpace().attach(ONE, through(backend));
                PciDevice other = vfio.addressSpace().attach(OTHER, through(backend))) {
            other.config().putShort(COMMAND, (short) (other.config().getShort(COMMAND) | IO_SPACE));
            other.bar(0).putByte(VIRTIO_STATUS, VIRTIO_ACKNOWLEDGED);
            assertEquals(VIRTIO_ACKNOWLEDGED, other.bar(0).getByte(VIRTIO_STATUS));

            List<DeviceReset> resets = vfio.resetAll();

            assertEquals(
                    List.of(one.name() + " HOT", other.name() + " HOT"),
                    resets.stream().map(each -> each.device() + " " + each.method()).toList());
            assertEquals(0, other.bar(0).getByte(VIRTIO_STATUS));
        }
    }
}
