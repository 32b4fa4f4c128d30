// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
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
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.IommuFd;
import org.jvfio.linux.KernelException;
import org.jvfio.testkit.driver.EduDriver;

/** Descriptors that somebody else opened: who closes them, and what they can be used for. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class PassedDescriptorContract extends Contract {
    private static final String IOMMU = "/dev/iommu";
    private static final int NOBODYS = 1 << 20;

    private int fd;
    private boolean ours = true;

    /** For extension. */
    protected PassedDescriptorContract() {}

    @BeforeEach
    final void openDescriptor() {
        fd = open(IOMMU);
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
    void borrowedDescriptorStaysOpen() {
        try (Iommufd object = vfio().iommufd(Descriptor.borrowed(fd));
                PciDevice device = space().attach(bench().edu(), through(object))) {
            assertEquals(fd, object.descriptor());
            assertEquals(1, ofIommu(), "no other is opened");
        }
        assertEquals(1, ofIommu());
    }

    @Test
    void ownedDescriptorIsClosedWithItsObject() {
        try (Iommufd object = vfio().iommufd(Descriptor.owned(fd))) {
            ours = false;
            space().attach(bench().edu(), through(object)).close();
            assertEquals(1, ofIommu(), "kept for the next device");
        }
        assertEquals(0, ofIommu());
    }

    @Test
    void ownedDescriptorIsClosedWithTheSession() {
        Iommufd object = vfio().iommufd(Descriptor.owned(fd));
        ours = false;
        space().attach(bench().edu(), through(object));

        vfio().close();

        assertEquals(0, ofIommu());
    }

    @Test
    void refusedAttachLeavesTheDescriptorToWhomItBelongs() {
        for (IntFunction<Descriptor> whose :
                List.<IntFunction<Descriptor>>of(Descriptor::borrowed, Descriptor::owned)) {
            try (Iommufd object = vfio().iommufd(whose.apply(fd));
                    Vfio other = bench().open();
                    PciDevice taken = attach(other.addressSpace(), bench().edu())) {
                long open = ofIommu();
                assertThrows(
                        VfioException.class, () -> space().attach(bench().edu(), through(object)));
                assertThrows(
                        VfioException.class,
                        () -> space().attach(bench().driverless(), through(object)));
                assertEquals(open, ofIommu());
                assertEquals(List.of(), object.users());
                space().attach(bench().otherEdu(), through(object)).close();
            }
            assertEquals(whose.apply(fd).owned() ? 0 : 1, ofIommu());
        }
        ours = false;
    }

    @Test
    void twoDevicesShareWhatIsMappedInOneDescriptor() {
        Iommufd object = vfio().iommufd(Descriptor.borrowed(fd));
        try (PciDevice one = space().attach(bench().edu(), through(object));
                PciDevice other = space().attach(bench().otherEdu(), through(object));
                EduDriver first = EduDriver.start(one);
                EduDriver second = EduDriver.start(other);
                DmaBuffer buffer = space().allocate(Reach.BYTES)) {
            Reach.assertReaches(first, buffer.iova(), buffer.bytes());
            Reach.assertReaches(second, buffer.iova(), buffer.bytes());
            assertEquals(List.of(one.name(), other.name()), object.users());
            assertEquals(1, ofIommu());

            IllegalStateException refused =
                    assertThrows(IllegalStateException.class, object::close);

            assertNames(refused, "descriptor " + fd, one.name(), other.name());
            first.load(buffer.iova(), Reach.BYTES);
        }
        object.close();
        object.close();
        assertNames(
                assertThrows(
                        IllegalStateException.class,
                        () -> space().attach(bench().edu(), through(object))),
                "closed");
    }

    @Test
    void nothingOfOursIsLeftInTheDescriptorAndNothingOfItsOwnersIsGone() throws KernelException {
        IommuFd own = IommuFd.borrow(kernel(), fd);
        int kept = own.allocateIoas();
        int next = own.allocateIoas();
        own.destroy(next);
        try (Iommufd object = vfio().iommufd(Descriptor.borrowed(fd));
                PciDevice device = space().attach(bench().edu(), through(object))) {
            device.addressSpace().allocate(Reach.BYTES);
        }
        assertEquals(next, own.allocateIoas(), "the lowest number that is free");
        assertTrue(own.iovaRanges(kept).available() > 0);
        own.destroy(kept);
    }

    @Test
    void descriptorOfSomethingElseIsRefusedAndStaysOpen() {
        for (int wrong : List.of(open("/dev/vfio/vfio"), kernel().eventfd(0, 0))) {
            assertRefused(Descriptor.borrowed(wrong));
            assertRefused(Descriptor.owned(wrong));
            assertEquals(0, kernel().close(wrong), "closed by somebody else");
        }
    }

    @Test
    void numberThatIsNoDescriptorIsRefused() {
        assertRefused(Descriptor.borrowed(NOBODYS));
        assertRefused(Descriptor.owned(NOBODYS));
        assertThrows(IllegalArgumentException.class, () -> Descriptor.owned(-1));
    }

    @Test
    void objectOfAnotherSessionIsRefused() {
        try (Vfio other = bench().open();
                Iommufd object = other.iommufd(Descriptor.borrowed(fd))) {
            IllegalArgumentException refused =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> space().attach(bench().edu(), through(object)));
            assertNames(refused, bench().edu().name(), "another session");
            assertEquals(List.of(), space().devices());
        }
    }

    @Test
    void backendWithoutSuchObjectsRefusesOne() {
        String backend = bench().backend();
        try (Iommufd object = vfio().iommufd(Descriptor.borrowed(fd))) {
            assumeTrue(!backend.equals(object.backend()), () -> backend + " takes descriptors");
            AttachOptions options = through(object).backend(backend);
            IllegalArgumentException refused =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> space().attach(bench().edu(), options));
            assertNames(refused, bench().edu().name(), backend, "iommufd");
            assertEquals(List.of(), space().devices());
        }
    }

    private void assertRefused(Descriptor descriptor) {
        VfioException refused = assertThrows(VfioException.class, () -> vfio().iommufd(descriptor));
        assertNames(refused, "descriptor " + descriptor.number(), "IOMMU_IOAS_ALLOC", IOMMU);
        assertTrue(refused.errno().isPresent());
    }

    private int open(String path) {
        int opened = kernel().open(path, Fcntl.O_RDWR);
        assumeTrue(opened >= 0, () -> path + " cannot be opened here");
        return opened;
    }

    /** How many descriptors of {@code /dev/iommu} are open beyond those before the test. */
    private long ofIommu() {
        return bench().holdings().count(IOMMU) - before().count(IOMMU);
    }

    private static AttachOptions through(Iommufd object) {
        return AttachOptions.defaults().iommufd(object);
    }
}
