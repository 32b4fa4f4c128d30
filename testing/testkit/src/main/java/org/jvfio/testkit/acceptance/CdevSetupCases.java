// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.jvfio.linux.DeviceFd;
import org.jvfio.linux.Errno;
import org.jvfio.linux.IommuFd;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.uapi.BindIommufd;
import org.jvfio.linux.uapi.DeviceInfo;
import org.jvfio.linux.uapi.VfioRequests;

/** {@code vfio_iommufd_setup_test.c}: CD-1 to CD-6, each on files opened afresh. */
abstract class CdevSetupCases extends Acceptance {
    private static final int NO_DESCRIPTOR = -2;
    private static final int NO_PAGE_TABLE = -1;

    private IommuFd iommu;
    private DeviceFd device;

    @BeforeEach
    final void openFiles() throws KernelException {
        iommu = IommuFd.open(kernel(), IommuMode.IOMMUFD.path());
        device = DeviceFd.open(kernel(), CharacterDevices.cdev(kernel(), bench().edu().name()));
    }

    @AfterEach
    final void closeFiles() {
        device.close();
        iommu.close();
    }

    @Test
    @DisplayName("CD-1 bind")
    void bind() throws KernelException {
        device.bind(iommu);

        assertEquals(DeviceInfo.PCI, device.info().flags() & DeviceInfo.PCI);
    }

    @Test
    @DisplayName("CD-2 get_info_without_bind_fails")
    void infoWithoutBindFails() {
        assertErrno(Errno.EINVAL, device::info);
    }

    @Test
    @DisplayName("CD-3 bind_bad_iommufd_fails")
    void bindToABadDescriptorFails() {
        assertErrno(
                Errno.EINVAL,
                () ->
                        VfioRequests.DEVICE_BIND_IOMMUFD.call(
                                kernel(), device.fd(), new BindIommufd(NO_DESCRIPTOR)));
    }

    @Test
    @DisplayName("CD-4 repeated_bind_fails")
    void repeatedBindFails() throws KernelException {
        device.bind(iommu);

        assertErrno(Errno.EINVAL, () -> device.bind(iommu));
        assertEquals(DeviceInfo.PCI, device.info().flags() & DeviceInfo.PCI);
    }

    @Test
    @DisplayName("CD-5 attach_detatch_pt")
    void attachAndDetach() throws KernelException {
        device.bind(iommu);
        int ioas = iommu.allocateIoas();

        device.attach(ioas);
        assertErrno(Errno.EBUSY, () -> iommu.destroy(ioas));
        device.detach();

        iommu.destroy(ioas);
    }

    @Test
    @DisplayName("CD-6 attach_invalid_pt_fails")
    void attachToAnInvalidPageTableFails() throws KernelException {
        device.bind(iommu);

        assertErrno(Errno.ENOENT, () -> device.attach(NO_PAGE_TABLE));
    }

    private static void assertErrno(Errno expected, Executable request) {
        assertEquals(expected, assertThrows(KernelException.class, request).errno());
    }
}
