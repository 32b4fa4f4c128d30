// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.AttachOptions;
import org.jvfio.Descriptor;
import org.jvfio.DmaBuffer;
import org.jvfio.Iommufd;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.MdevAddress;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Fcntl;
import org.jvfio.testkit.driver.EduDriver;

/** Character devices of devices that somebody else opened. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class PassedDeviceContract extends Contract {
    private static final String IOMMU = "/dev/iommu";
    private static final int NOBODYS = 1 << 20;

    private int fd;
    private String path = "";
    private boolean ours = true;

    /** For extension. */
    protected PassedDeviceContract() {}

    @BeforeEach
    final void openDescriptor() {
        path = cdev(bench().edu());
        fd = open(path);
        ours = true;
    }

    @AfterEach
    final void closeDescriptor() {
        vfio().close();
        if (ours) {
            assertEquals(0, kernel().close(fd), "closed by somebody else");
        }
    }

    @Test
    void borrowedDeviceWorksAndStaysOpen() {
        try (PciDevice device = attach(Descriptor.borrowed(fd))) {
            assertEquals("iommufd", device.backend());
            assertWorks(device);
            assertEquals(1, open(), "no other is opened");
        }
        assertEquals(1, open());
    }

    @Test
    void borrowedDeviceIsAttachedAgain() {
        for (int i = 0; i < 3; i++) {
            try (PciDevice device = attach(Descriptor.borrowed(fd))) {
                assertWorks(device);
            }
            assertEquals(List.of(), space().devices());
        }
    }

    @Test
    void borrowedMediatedDeviceIsAttachedAgain() {
        try (Mdevs mdevs = new Mdevs(vfio())) {
            MdevAddress<PciDevice> address = mdevs.make(Mdevs.DUAL_PORT);
            int port = open(vfio().device(address.name()).cdev().orElseThrow());
            try {
                for (int i = 0; i < 3; i++) {
                    try (PciDevice device =
                            space().attach(address, with(Descriptor.borrowed(port)))) {
                        Mdevs.put(device, "jvfio");
                        Mdevs.assertHas(device, "jvfio");
                    }
                }
            } finally {
                assertEquals(0, kernel().close(port), "closed by somebody else");
            }
        }
    }

    @Test
    void borrowedDeviceIsAttachedToAnotherAddressSpace() {
        attach(Descriptor.borrowed(fd)).close();
        AttachOptions options = with(Descriptor.borrowed(fd));
        try (PciDevice device = vfio().newAddressSpace().attach(bench().edu(), options)) {
            assertWorks(device);
        }
    }

    @Test
    void ownedDeviceIsClosedWithTheDevice() {
        try (PciDevice device = attach(Descriptor.owned(fd))) {
            ours = false;
            assertWorks(device);
            assertEquals(1, open());
        }
        assertEquals(before(), bench().holdings(), "with the session's own iommufd object");
        attach(bench().edu()).close();
    }

    @Test
    void ownedDeviceIsClosedWithTheSession() {
        attach(Descriptor.owned(fd));
        ours = false;

        vfio().close();

        assertEquals(0, open());
    }

    @Test
    void descriptorsPassedForBoth() {
        int iommu = open(IOMMU);
        long iommus = bench().holdings().count(IOMMU);
        try (Iommufd object = vfio().iommufd(Descriptor.borrowed(iommu));
                PciDevice device =
                        space().attach(
                                        bench().edu(),
                                        with(Descriptor.borrowed(fd)).iommufd(object))) {
            assertWorks(device);
            assertEquals(iommus, bench().holdings().count(IOMMU));
            assertEquals(1, open());
        }
        assertEquals(iommus, bench().holdings().count(IOMMU));
        assertEquals(0, kernel().close(iommu), "closed by somebody else");
    }

    @Test
    void borrowedDeviceStaysWithTheIommufdObjectThatItWasAttachedThrough() {
        attach(Descriptor.borrowed(fd)).close();
        try (Iommufd other = vfio().openIommufd()) {
            AttachOptions elsewhere = with(Descriptor.borrowed(fd)).iommufd(other);
            VfioException refused =
                    assertThrows(
                            VfioException.class, () -> space().attach(bench().edu(), elsewhere));
            assertNames(
                    refused,
                    bench().edu().name(),
                    "VFIO_DEVICE_BIND_IOMMUFD",
                    "EINVAL",
                    "open the device anew");
            assertEquals(List.of(), other.users());
        }
        try (PciDevice device = attach(Descriptor.borrowed(fd))) {
            assertWorks(device);
        }
    }

    @Test
    void deviceOfAnotherIsRefusedAndBothAreNamed() {
        for (Descriptor wrong : List.of(Descriptor.borrowed(fd), Descriptor.owned(fd))) {
            VfioException refused =
                    assertThrows(
                            VfioException.class,
                            () -> space().attach(bench().otherEdu(), with(wrong)));
            assertNames(
                    refused,
                    "descriptor " + fd,
                    bench().edu().name(),
                    bench().otherEdu().name(),
                    "sysfs");
            assertEquals(1, open());
            assertEquals(List.of(), space().devices());
        }
    }

    @Test
    void descriptorOfSomethingElseIsRefusedAndStaysOpen() {
        int eventfd = kernel().eventfd(0, 0);
        int iommu = open(IOMMU);
        for (IntFunction<Descriptor> whose : eitherOwner()) {
            assertRefused(whose.apply(eventfd), "not an open character device");
            assertRefused(whose.apply(iommu), "it is the device");
            assertRefused(whose.apply(NOBODYS), "no such descriptor is open");
        }
        assertEquals(0, kernel().close(eventfd), "closed by somebody else");
        assertEquals(0, kernel().close(iommu), "closed by somebody else");
    }

    @Test
    void refusedDescriptorStaysTheCallersAndCanBeUsedLater() {
        try (Vfio other = bench().open();
                PciDevice taken = other.addressSpace().attach(bench().edu(), iommufd())) {
            for (IntFunction<Descriptor> whose : eitherOwner()) {
                assertRefused(whose.apply(fd), "EINVAL", "another open");
                assertEquals(2, open(), "this one and that of the other session");
            }
        }
        try (PciDevice device = attach(Descriptor.owned(fd))) {
            ours = false;
            assertWorks(device);
        }
    }

    @Test
    void deviceThatIsAttachedAlreadyIsRefused() {
        int second = open(path);
        try (PciDevice device = attach(Descriptor.borrowed(fd))) {
            assertThrows(IllegalStateException.class, () -> attach(Descriptor.owned(second)));
            assertWorks(device);
        }
        assertEquals(0, kernel().close(second), "closed by somebody else");
    }

    @Test
    void legacyTakesNoDescriptor() {
        AttachOptions options = with(Descriptor.owned(fd)).backend("legacy");
        VfioException refused =
                assertThrows(VfioException.class, () -> space().attach(bench().edu(), options));
        assertNames(refused, bench().edu().name(), "legacy", "no descriptor", "iommufd");
        assertEquals(1, open());
    }

    private static List<IntFunction<Descriptor>> eitherOwner() {
        return List.of(Descriptor::borrowed, Descriptor::owned);
    }

    private void assertRefused(Descriptor descriptor, String... words) {
        VfioException refused = assertThrows(VfioException.class, () -> attach(descriptor));
        assertNames(refused, words);
        assertNames(refused, "descriptor " + descriptor.number(), bench().edu().name());
        assertEquals(List.of(), space().devices());
    }

    private static void assertWorks(PciDevice device) {
        try (EduDriver edu = EduDriver.start(device);
                DmaBuffer buffer = device.addressSpace().allocate(Reach.BYTES)) {
            Reach.assertReaches(edu, buffer.iova(), buffer.bytes());
        }
    }

    private PciDevice attach(Descriptor descriptor) {
        return space().attach(bench().edu(), with(descriptor));
    }

    private static AttachOptions with(Descriptor descriptor) {
        return AttachOptions.defaults().descriptor(descriptor);
    }

    private static AttachOptions iommufd() {
        return AttachOptions.defaults().backend("iommufd");
    }

    private String cdev(PciAddress address) {
        return vfio().device(address.name()).cdev().orElseThrow();
    }

    private int open(String file) {
        int opened = kernel().open(file, Fcntl.O_RDWR);
        assumeTrue(opened >= 0, () -> file + " cannot be opened here");
        return opened;
    }

    /** How often the device is open. */
    private long open() {
        return bench().holdings().count(path) - before().count(path);
    }
}
