// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.AttachOptions;
import org.jvfio.IovaRange;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.PciDevice;
import org.jvfio.spi.NativeMemory;
import org.jvfio.testkit.driver.EduDriver;

/**
 * Devices that no IOMMU stands behind, on a machine whose kernel gives them away all the same
 * ({@code vfio.enable_unsafe_noiommu_mode}): only to who accepts that.
 */
public abstract class NoIommuContract extends Contract {
    private static final int PAGES = 4;

    /** For extension. */
    protected NoIommuContract() {}

    private static AttachOptions unsafe() {
        return AttachOptions.defaults().unsafeNoIommu();
    }

    private PciDevice attachUnsafely() {
        return space().attach(bench().edu(), unsafe());
    }

    private static VfioException refused(Runnable work) {
        return assertThrows(VfioException.class, work::run);
    }

    @Test
    void whoDoesNotAcceptItIsRefusedAndToldHow() {
        String name = bench().edu().name();
        DeviceNode node = vfio().device(name);

        VfioException refused = refused(() -> space().attach(bench().edu()).close());

        assertEquals(1, node.obstacles().size(), node.obstacles().toString());
        assertNames(refused, name, node.obstacles().get(0), "all memory", "unsafeNoIommu");
    }

    @Test
    void whoAcceptsItHasRegisters() {
        try (PciDevice edu = attachUnsafely();
                EduDriver driver = EduDriver.start(edu)) {
            assertEquals("legacy", edu.backend());
            assertEquals(EduDriver.IDENTIFICATION_1_0, driver.identification());
            assertEquals(120, driver.factorial(5));
            edu.bar(0).map().close();
        }
    }

    @Test
    void whoAcceptsItHasInterrupts() throws InterruptedException {
        CountDownLatch came = new CountDownLatch(1);
        try (PciDevice edu = attachUnsafely();
                EduDriver driver = EduDriver.start(edu)) {
            edu.msi().listen(0, vector -> came.countDown());
            driver.raise(1);
            came.await();
            driver.acknowledge(1);
        }
    }

    @Test
    void nothingIsMappedForIt() {
        NativeMemory memory = memory(PAGES * space().pageSize());
        IovaRange range = IovaRange.of(0x10_0000, space().pageSize());
        try (PciDevice edu = attachUnsafely()) {
            VfioException refused =
                    refused(() -> space().map(range, memory.address(), Access.READ_WRITE));
            assertNames(refused, range.toString(), "no IOMMU", "address space of its own");
            assertEquals(List.of(edu), space().devices());
            assertEquals(List.of(), space().mappings());
            refused(() -> space().allocate(1).close());
        }
    }

    @Test
    void itDoesNotJoinWhatIsMapped() {
        NativeMemory memory = memory(PAGES * space().pageSize());
        IovaRange range = IovaRange.of(0x10_0000, space().pageSize());
        space().map(range, memory.address(), Access.READ_WRITE);

        assertNames(refused(() -> attachUnsafely().close()), range.toString(), "no IOMMU");

        assertEquals(List.of(), space().devices());
        space().unmap(range);
        attachUnsafely().close();
    }

    @Test
    void severalShareAnAddressSpace() {
        try (PciDevice edu = attachUnsafely();
                PciDevice other = space().attach(bench().otherEdu(), unsafe())) {
            assertEquals(List.of(edu, other), space().devices());
        }
    }

    @Test
    void iommufdDoesNotTakeIt() {
        VfioException refused =
                refused(() -> space().attach(bench().edu(), unsafe().backend("iommufd")).close());

        assertNames(refused, bench().edu().name(), "no IOMMU", "legacy");
    }

    @Test
    void deviceWithoutADriverIsStillRefused() {
        VfioException refused =
                refused(() -> space().attach(bench().driverless(), unsafe()).close());

        assertNames(refused, bench().driverless().name(), "no driver", "vfio-pci");
    }
}
