// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.jvfio.linux.Errno;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.uapi.VfioRequests;

/** Root gives functions to drivers and takes them back, through sysfs. */
class DriverBindingTest {
    private static final String NAME = "0000:00:09.0";
    private static final String BUS = "/sys/bus/pci/";
    private static final String DEVICE = BUS + "devices/" + NAME;
    private static final String VFIO = BUS + "drivers/vfio-pci";
    private static final int O_RDONLY = 0;

    private final Seam seam = Seam.open();

    @AfterEach
    void leaveTheFunctionWithoutADriver() {
        seam.writeFile(VFIO + "/unbind", NAME);
        seam.writeFile(DEVICE + "/driver_override", "\n");
        seam.close();
    }

    private String group() throws KernelException {
        String group = seam.kernel.files().resolve(DEVICE + "/iommu_group");
        return "/dev/vfio/" + group.substring(group.lastIndexOf('/') + 1);
    }

    private boolean exists(String path) {
        return seam.kernel.files().exists(path);
    }

    private void bind() {
        assertEquals(9, seam.writeFile(DEVICE + "/driver_override", "vfio-pci\n"));
        assertEquals(13, seam.writeFile(VFIO + "/bind", NAME + "\n"));
    }

    @Test
    void driverThatDoesNotSuitIsNotBound() {
        Seam.refused(Errno.ENODEV, seam.writeFile(VFIO + "/bind", NAME));
        Seam.refused(Errno.ENODEV, seam.writeFile(VFIO + "/bind", "0000:00:99.0"));
        Seam.refused(Errno.ENODEV, seam.writeFile(VFIO + "/unbind", NAME));
        Seam.refused(Errno.ENODEV, seam.writeFile(BUS + "drivers_probe", "0000:00:99.0"));
        assertEquals(12, seam.writeFile(BUS + "drivers_probe", NAME));
        assertFalse(exists(DEVICE + "/driver"));
    }

    @Test
    void functionThatIsBoundHasItsFilesUntilItIsNot() throws KernelException {
        assertFalse(exists(group()));

        bind();

        assertEquals(VFIO, seam.kernel.files().resolve(DEVICE + "/driver"));
        assertTrue(exists(VFIO + "/" + NAME));
        assertTrue(exists(group()));
        List<String> cdevs = seam.kernel.files().list(DEVICE + "/vfio-dev");
        assertEquals(1, cdevs.size());
        seam.close(seam.open("/dev/vfio/devices/" + cdevs.get(0)));
        Seam.refused(Errno.EBUSY, seam.writeFile(VFIO + "/bind", NAME));

        assertEquals(12, seam.writeFile(DEVICE + "/driver/unbind", NAME));

        assertFalse(exists(DEVICE + "/driver"));
        assertFalse(exists(VFIO + "/" + NAME));
        assertFalse(exists(group()));
        assertFalse(exists(DEVICE + "/vfio-dev"));
        assertFalse(exists("/dev/vfio/devices/" + cdevs.get(0)));
    }

    @Test
    void functionGoesFromUnderAnOpenGroup() throws KernelException {
        bind();
        int group = seam.open(group());

        assertEquals(12, seam.writeFile(VFIO + "/unbind", NAME));

        assertFalse(exists(group()));
        seam.close(group);
        assertEquals(12, seam.writeFile(BUS + "drivers_probe", NAME));
        assertTrue(exists(group()));
    }

    @Test
    void groupWhoseLastDriverGoesIsOutOfItsContainer() throws KernelException {
        bind();
        int group = seam.open(group());
        Words container = Words.of(seam.open("/dev/vfio/vfio"));
        assertEquals(0, seam.ioctl(group, VfioRequests.GROUP_SET_CONTAINER, container));

        assertEquals(12, seam.writeFile(VFIO + "/unbind", NAME));

        Seam.refused(Errno.EINVAL, seam.ioctl(group, VfioRequests.GROUP_UNSET_CONTAINER, 0));
        seam.close(group);
    }

    @Test
    void wishForADriverIsKeptUntilItIsTakenBack() throws KernelException {
        assertEquals("(null)", override());
        seam.writeFile(DEVICE + "/driver_override", "nosuch");
        assertEquals("nosuch", override());
        assertEquals(12, seam.writeFile(BUS + "drivers_probe", NAME));
        Seam.refused(Errno.ENODEV, seam.writeFile(VFIO + "/bind", NAME));
        assertEquals(1, seam.writeFile(DEVICE + "/driver_override", "\n"));
        assertEquals("(null)", override());
    }

    private String override() throws KernelException {
        return seam.kernel.files().read(DEVICE + "/driver_override");
    }

    @Test
    void whatCanOnlyBeWrittenIsNotRead() {
        Seam.refused(Errno.EACCES, readable(VFIO + "/bind"));
        Seam.refused(Errno.EACCES, readable(BUS + "drivers_probe"));
    }

    /** Opens and reads a file; answers the first refusal, or what was read. */
    private long readable(String path) {
        int fd = seam.kernel.open(path, O_RDONLY);
        return fd < 0 ? fd : seam.kernel.read(seam.closing(fd), new Words(2).address(), 8);
    }
}
