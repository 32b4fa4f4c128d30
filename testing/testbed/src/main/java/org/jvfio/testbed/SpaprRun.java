// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.DmaBuffer;
import org.jvfio.DmaWindow;
import org.jvfio.DmaWindowSet;
import org.jvfio.IovaRange;
import org.jvfio.ProviderStatus;
import org.jvfio.RegisteredMemory;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Errno;
import org.jvfio.spi.NativeMemory;
import org.jvfio.testkit.driver.NvmeDriver;

/** POWER's IOMMU, with an nvme alone on its host bridge. */
@DisplayName("spapr")
final class SpaprRun extends GuestCase {
    private static final PciAddress NVME = GuestBench.NVME;
    private static final PciAddress UNVIABLE = GuestBench.UNVIABLE;
    private static final String MODEL = "QEMU NVMe Ctrl";
    private static final long GIB = 1L << 30;
    private static final long MIB = 1L << 20;
    private static final IovaRange FIRST = new IovaRange(0, 0x3fff_ffffL);
    private static final IovaRange HIGH = new IovaRange(1L << 32, -1);
    private static final int SMALL = 12;
    private static final int LARGER = 16;

    private static Vfio version(String version) {
        return Vfio.builder().option("spapr.iommu", version).open();
    }

    private static PciDevice attachNvme(Vfio vfio) {
        return vfio.addressSpace().attach(NVME);
    }

    /**
     * By DMA alone: once the function was reset, as each attach does, Linux 7.3 takes its MSI-X
     * interrupts no more on QEMU 10.0's pseries, whichever window its memory is in.
     */
    private static void identify(PciDevice nvme) {
        try (NvmeDriver driver = NvmeDriver.startPolling(nvme)) {
            assertEquals(MODEL, driver.identifyController().model());
        }
    }

    private static ProviderStatus status(Vfio vfio, String backend) {
        return vfio.backends().stream()
                .filter(status -> status.name().equals(backend))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void backendIsUsable() {
        try (Vfio vfio = Vfio.open()) {
            assertTrue(status(vfio, GuestBench.SPAPR).usable());
            assertNames(status(vfio, GuestBench.SPAPR).explanation(), "VFIO_SPAPR_TCE_v2_IOMMU");
        }
    }

    @Test
    void backendThatTheImageLeavesOutIsNamedByItsSymbol() {
        try (Vfio vfio = Vfio.open()) {
            AttachOptions options = AttachOptions.defaults().backend(GuestBench.LEGACY);
            VfioException refused =
                    assertThrows(
                            VfioException.class, () -> vfio.addressSpace().attach(NVME, options));
            assertNames(refused.getMessage(), "not in this distribution; add CONFIG_VFIO_LEGACY=y");
        }
    }

    @Test
    void deviceIsDrivenThroughTheFirstWindow() {
        try (Vfio vfio = Vfio.open();
                PciDevice nvme = attachNvme(vfio)) {
            assertEquals(GuestBench.SPAPR, nvme.backend());
            assertEquals(List.of(FIRST), vfio.addressSpace().apertures());
            identify(nvme);
        }
    }

    @Test
    void versionOneHasOneWindowAndDrivesTheDevice() {
        try (Vfio vfio = version("v1");
                PciDevice nvme = attachNvme(vfio)) {
            DmaWindowSet windows = vfio.addressSpace().windows().orElseThrow();
            assertEquals(List.of(new DmaWindow(FIRST, SMALL)), windows.all());
            assertThrows(IllegalArgumentException.class, () -> windows.create(2 * GIB, SMALL));
            identify(nvme);
        }
    }

    @Test
    void windowIsMadeForWhatNeedsOne() {
        try (Vfio vfio = Vfio.open();
                PciDevice nvme = attachNvme(vfio)) {
            AddressSpace space = vfio.addressSpace();
            try (DmaBuffer buffer = space.allocate(MIB, HIGH)) {
                DmaWindow made = space.windows().orElseThrow().all().get(1);
                assertTrue(made.range().contains(IovaRange.of(buffer.iova(), MIB)));
                identify(nvme);
            }
        }
    }

    @Test
    void windowsStayForTheNextDevice() {
        try (Vfio vfio = Vfio.open()) {
            AddressSpace space = vfio.addressSpace();
            PciDevice first = attachNvme(vfio);
            DmaWindow window = space.windows().orElseThrow().create(2 * GIB, SMALL);
            first.close();
            try (PciDevice next = attachNvme(vfio)) {
                assertTrue(space.apertures().contains(window.range()));
                identify(next);
            }
        }
    }

    @Test
    void deviceIsDrivenThroughAWindowThatReplacesTheFirst() {
        try (Vfio vfio = version("v2");
                PciDevice nvme = attachNvme(vfio)) {
            AddressSpace space = vfio.addressSpace();
            DmaWindowSet windows = space.windows().orElseThrow();
            windows.remove(windows.all().get(0));
            assertEquals(List.of(), space.apertures());
            DmaWindow window = windows.create(2 * GIB, SMALL);
            assertEquals(List.of(window), windows.all());

            identify(nvme);
            mapRegistered(vfio, window);

            windows.remove(window);
            assertEquals(List.of(), windows.all());
        }
    }

    private static void mapRegistered(Vfio vfio, DmaWindow window) {
        AddressSpace space = vfio.addressSpace();
        NativeMemory memory = vfio.host().allocate(16 * MIB);
        try (RegisteredMemory guest = space.register(memory.address(), memory.size())) {
            long pinned = space.limits().pinnedBytes();
            IovaRange range = IovaRange.of(window.range().first() + MIB, MIB);
            space.map(range, guest.vaddr() + MIB, Access.READ_WRITE);
            assertEquals(pinned, space.limits().pinnedBytes());
            assertThrows(
                    IllegalArgumentException.class,
                    () -> space.windows().orElseThrow().remove(window));
            assertEquals(MIB, space.unmap(range));
        } finally {
            memory.retire();
        }
    }

    @Test
    void windowOfLargerPagesTakesNoSmallOnes() {
        try (Vfio vfio = Vfio.open();
                PciDevice nvme = attachNvme(vfio)) {
            assumeTrue(
                    vfio.host().pageSize() < 1 << LARGER,
                    "the pages of this machine are as large as those of the window");
            AddressSpace space = vfio.addressSpace();
            DmaWindow window = space.windows().orElseThrow().create(2 * GIB, LARGER);
            NativeMemory memory = vfio.host().allocate(MIB);
            long aligned = memory.address() + 0xffff & -0x1_0000;
            IovaRange range = IovaRange.of(window.range().first(), 0x1_0000);
            VfioException refused =
                    assertThrows(
                            VfioException.class,
                            () -> space.map(range, aligned, Access.READ_WRITE));
            assertEquals(OptionalInt.of(Errno.EINVAL.number()), refused.errno());
            assertNames(refused.getMessage(), range.toString(), "pages of the window");
            assertNames(
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () ->
                                            space.map(
                                                    IovaRange.of(range.first(), 0x1000),
                                                    aligned,
                                                    Access.READ_WRITE))
                            .getMessage(),
                    "window");
            memory.retire();
            assertEquals(GuestBench.SPAPR, nvme.backend());
        }
    }

    @Test
    void errorHandlingIsRefusedAndExplained() {
        try (Vfio vfio = Vfio.open();
                PciDevice nvme = attachNvme(vfio)) {
            VfioException refused =
                    assertThrows(VfioException.class, () -> nvme.eeh().orElseThrow().state());
            assertEquals(OptionalInt.of(Errno.ENODEV.number()), refused.errno());
            assertNames(refused.getMessage(), NVME.name(), "VFIO_EEH_PE_OP", "host bridge");
        }
    }

    @Test
    void deviceWhoseHostBridgeIsSharedWithAForeignDriverIsRefused() {
        try (Vfio vfio = Vfio.open()) {
            String refused =
                    assertThrows(VfioException.class, () -> vfio.addressSpace().attach(UNVIABLE))
                            .getMessage();
            assertNames(refused, UNVIABLE.name(), "0002:00:02.0", "virtio-pci");
        }
    }
}
