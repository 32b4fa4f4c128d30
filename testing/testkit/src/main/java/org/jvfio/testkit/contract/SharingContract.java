// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.DmaBuffer;
import org.jvfio.Iommufd;
import org.jvfio.ProviderStatus;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.spi.NativeMemory;
import org.jvfio.testkit.driver.EduDriver;

/** Several devices, address spaces and backends: who sees what. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class SharingContract extends Contract {
    private static final int BYTES = EduDriver.BUFFER_BYTES;

    /** For extension. */
    protected SharingContract() {}

    @Test
    void twoDevicesPassBytesThroughOneAddressSpace() {
        try (PciDevice one = attach(bench().edu());
                PciDevice other = attach(bench().otherEdu());
                EduDriver first = EduDriver.start(one);
                EduDriver second = EduDriver.start(other);
                DmaBuffer start = space().allocate(BYTES);
                DmaBuffer middle = space().allocate(BYTES);
                DmaBuffer end = space().allocate(BYTES)) {
            Pattern.of(1, BYTES).putInto(start.bytes());

            first.load(start.iova(), BYTES);
            first.store(middle.iova(), BYTES);
            second.load(middle.iova(), BYTES);
            second.store(end.iova(), BYTES);

            Pattern.of(1, BYTES).assertIn(end.bytes());
            assertEquals(List.of(one, other), space().devices());
        }
    }

    @Test
    void devicesBehindOneIommuSharePageTables() {
        assumeTrue(bench().sharesPageTables(), "each group has page tables of its own");
        try (PciDevice one = attach(bench().edu());
                DmaBuffer buffer = one.addressSpace().allocate(16 * BYTES)) {
            Holdings alone = bench().holdings();
            try (PciDevice other = attach(bench().otherEdu())) {
                Holdings together = bench().holdings();

                assertEquals(one.addressSpace(), other.addressSpace());
                assertEquals(alone.pinnedBytes(), together.pinnedBytes());
                assertEquals(alone.count("/dev/vfio/vfio"), together.count("/dev/vfio/vfio"));
                assertEquals(alone.count("/dev/iommu"), together.count("/dev/iommu"));
            }
            assertEquals(alone, bench().holdings());
        }
    }

    @Test
    void sameAddressIsOtherMemoryInAnotherAddressSpace() {
        NativeMemory memory = memory(BYTES);
        NativeMemory otherMemory = memory(BYTES);
        AddressSpace otherSpace = vfio().newAddressSpace();
        try (PciDevice one = attach(bench().edu());
                PciDevice other = attach(otherSpace, bench().otherEdu());
                EduDriver first = EduDriver.start(one);
                EduDriver second = EduDriver.start(other)) {
            space().map(onePage(), memory.address(), Access.READ_WRITE);
            otherSpace.map(onePage(), otherMemory.address(), Access.READ_WRITE);
            Pattern.of(1, BYTES).putInto(memory.window(0));
            Pattern.of(2, BYTES).putInto(otherMemory.window(0));

            first.load(onePage().first(), BYTES);
            second.load(onePage().first(), BYTES);
            Pattern.only(0, BYTES).putInto(memory.window(0));
            Pattern.only(0, BYTES).putInto(otherMemory.window(0));
            first.store(onePage().first(), BYTES);
            second.store(onePage().first(), BYTES);

            Pattern.of(1, BYTES).assertIn(memory.window(0));
            Pattern.of(2, BYTES).assertIn(otherMemory.window(0));
        }
    }

    @Test
    void unmappingInOneAddressSpaceLeavesTheOther() {
        NativeMemory memory = memory(BYTES);
        AddressSpace otherSpace = vfio().newAddressSpace();
        try (PciDevice one = attach(bench().edu());
                PciDevice other = attach(otherSpace, bench().otherEdu());
                EduDriver second = EduDriver.start(other)) {
            one.addressSpace().map(onePage(), memory.address(), Access.READ_WRITE);
            otherSpace.map(onePage(), memory.address(), Access.READ_WRITE);

            space().unmap(onePage());

            Pattern.of(3, BYTES).putInto(memory.window(0));
            second.load(onePage().first(), BYTES);
            Pattern.only(0, BYTES).putInto(memory.window(0));
            second.store(onePage().first(), BYTES);
            Pattern.of(3, BYTES).assertIn(memory.window(0));
        }
    }

    @Test
    void deviceThatComesLaterSeesWhatIsMapped() {
        NativeMemory memory = memory(BYTES);
        Pattern.of(4, BYTES).putInto(memory.window(0));
        space().map(onePage(), memory.address(), Access.READ_WRITE);

        assertReaches(bench().edu(), memory);
        assertReaches(bench().otherEdu(), memory);
        assertEquals(onePage().length(), space().unmapAll());
    }

    @Test
    void whatWasMappedWithoutADeviceAndUnmappedIsGone() {
        NativeMemory memory = memory(BYTES);
        space().map(onePage(), memory.address(), Access.READ_WRITE);
        assertEquals(onePage().length(), space().unmap(onePage()));
        Pattern.only(0x5a, BYTES).putInto(memory.window(0));
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            edu.store(onePage().first(), BYTES);
            Pattern.only(0x5a, BYTES).assertIn(memory.window(0));
        }
    }

    @Test
    void mappingsOutliveTheLastDeviceAndWaitForTheNext() {
        try (DmaBuffer buffer = space().allocate(BYTES)) {
            attach(bench().edu()).close();
            Holdings without = bench().holdings();
            assertEquals(before(), without, "nothing is pinned while no device is there");
            Pattern.of(5, BYTES).putInto(buffer.bytes());

            try (PciDevice device = attach(bench().edu());
                    EduDriver edu = EduDriver.start(device)) {
                edu.load(buffer.iova(), BYTES);
                Pattern.only(0, BYTES).putInto(buffer.bytes());
                edu.store(buffer.iova(), BYTES);
            }
            Pattern.of(5, BYTES).assertIn(buffer.bytes());
        }
    }

    @Test
    void oneAddressSpaceHasDevicesOfBothBackends() {
        try (PciDevice one = attach(bench().edu());
                PciDevice other = space().attach(bench().otherEdu(), otherBackend());
                EduDriver first = EduDriver.start(one);
                EduDriver second = EduDriver.start(other);
                DmaBuffer middle = space().allocate(BYTES);
                DmaBuffer end = space().allocate(BYTES)) {
            Pattern.of(6, BYTES).putInto(middle.bytes());

            first.load(middle.iova(), BYTES);
            first.store(end.iova(), BYTES);
            Pattern.only(0, BYTES).putInto(middle.bytes());
            second.load(end.iova(), BYTES);
            second.store(middle.iova(), BYTES);

            Pattern.of(6, BYTES).assertIn(middle.bytes());
            assertEquals(bench().otherBackend().orElseThrow(), other.backend());
        }
    }

    @Test
    void deviceChangesItsBackendBetweenTwoAttaches() {
        AttachOptions other = otherBackend();
        for (int i = 0; i < 2; i++) {
            attach(bench().edu()).close();
            space().attach(bench().edu(), other).close();
        }
        assertEquals(before(), bench().holdings());
    }

    @Test
    void devicesOfTwoIommufdObjectsShareNothing() {
        assumeTrue(iommufdIsUsable(), "no iommufd here");
        try (Iommufd one = vfio().openIommufd();
                Iommufd other = vfio().openIommufd();
                PciDevice first = space().attach(bench().edu(), through(one));
                PciDevice second = space().attach(bench().otherEdu(), through(other))) {
            assertEquals(List.of(first.name()), one.users());
            assertEquals(List.of(second.name()), other.users());
            assertThrows(IllegalStateException.class, one::close);
        }
        assertEquals(before(), bench().holdings());
    }

    private boolean iommufdIsUsable() {
        return vfio().backends().stream()
                .anyMatch(status -> status.name().equals("iommufd") && status.usable());
    }

    private static AttachOptions through(Iommufd object) {
        return AttachOptions.defaults().iommufd(object);
    }

    @Test
    void bothBackendsSayThatTheyAreUsable() {
        List<String> usable =
                vfio().backends().stream()
                        .filter(ProviderStatus::usable)
                        .map(ProviderStatus::name)
                        .toList();

        assertEquals(
                List.of(true, true),
                List.of(
                        usable.contains(bench().backend()),
                        bench().otherBackend().map(usable::contains).orElse(true)));
    }

    private AttachOptions otherBackend() {
        Optional<String> other = bench().otherBackend();
        assumeTrue(other.isPresent(), "the machine has one backend only");
        return AttachOptions.defaults().backend(other.orElseThrow());
    }

    private void assertReaches(PciAddress address, NativeMemory memory) {
        try (PciDevice device = attach(address);
                EduDriver edu = EduDriver.start(device)) {
            edu.load(onePage().first(), BYTES);
            Pattern.only(0, BYTES).putInto(memory.window(0));
            edu.store(onePage().first(), BYTES);
            Pattern.of(4, BYTES).assertIn(memory.window(0));
        }
    }
}
