// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.jvfio.AttachOptions;
import org.jvfio.VfioException;
import org.jvfio.device.Region.Area;
import org.jvfio.linux.uapi.DeviceInfo;
import org.jvfio.spi.PeerMemory;
import org.jvfio.spi.PeerMemory.Presence;
import org.jvfio.spi.PeerRegion;

final class VfioPciTest {
    private static final int MEMORY = 2;
    private static final int MASTER = 4;

    private final PciFunctionKernel kernel = new PciFunctionKernel();
    private final long page = kernel.host.pageSize();

    @Test
    void itComesWithMemoryAndBusMasteringOn() {
        kernel.open();

        assertEquals(MEMORY | MASTER, kernel.command());
    }

    @Test
    void withoutBusMasteringItComesWithMemoryOnly() {
        kernel.options = AttachOptions.defaults().busMaster(false);
        kernel.config[4] = MASTER | 1;

        kernel.open();

        assertEquals(MEMORY | 1, kernel.command());
    }

    @Test
    void busMasteringIsTurnedOnAndOffAndNothingElse() {
        kernel.config[4] = 1;
        kernel.config[5] = 4;
        VfioPci device = kernel.open();

        device.busMaster(false);
        assertEquals(MEMORY | 1, kernel.command());
        device.busMaster(true);

        assertEquals(MEMORY | MASTER | 1, kernel.command());
        assertEquals(4, kernel.config[5]);
    }

    @Test
    void quietFunctionDecodesMemoryAndMastersNoBus() {
        VfioPci device = kernel.open();
        List<Integer> during = new ArrayList<>();

        device.quietly(() -> during.add(kernel.command()));
        assertEquals(MEMORY | MASTER, kernel.command());
        device.busMaster(false);
        device.quietly(() -> during.add(kernel.command()));

        assertEquals(MEMORY, kernel.command());
        assertEquals(List.of(MEMORY, MEMORY), during);
    }

    @Test
    void functionWithoutConfigurationSpaceIsRefused() {
        kernel.config = new byte[0];

        VfioException refused = assertThrows(VfioException.class, kernel::open);

        assertEquals("VFIO_DEVICE_GET_REGION_INFO", refused.request());
    }

    @Test
    void closeTurnsBusMasteringOffBeforeTheDeviceIsGivenBack() {
        VfioPci device = kernel.open();
        kernel.log.clear();

        device.close();
        device.close();

        assertEquals(List.of("write 0x4: 0x2", "release"), kernel.log);
        assertThrows(IllegalStateException.class, () -> device.busMaster(true));
        assertThrows(IllegalStateException.class, () -> device.config().vendorId());
        assertThrows(IllegalStateException.class, device::reset);
    }

    @Test
    void pagesOfTheMsixTableAreWithheld() {
        msix(0, page + 0x100, 4);

        assertEquals(
                List.of(new Area(0, page), new Area(2 * page, 14 * page)),
                kernel.open().bar(0).mappableAreas());
    }

    @Test
    void pagesOfTheMsixTableAreMappableIfTheKernelSaysSo() {
        msix(0, page, 4);
        kernel.msixMappable = true;

        assertEquals(List.of(new Area(0, 16 * page)), kernel.open().bar(0).mappableAreas());
    }

    @Test
    void tableInAnAbsentBarWithholdsNothing() {
        msix(3, 0, 4);

        assertEquals(List.of(new Area(0, 16 * page)), kernel.open().bar(0).mappableAreas());
    }

    @Test
    void tableThatCannotBeIsRefusedBeforeTheDeviceMayDoDma() {
        msix(7, 0, 4);
        assertThat(assertThrows(VfioException.class, kernel::open)).hasMessageContaining("BAR 7");

        msix(0, 16 * page, 4);
        assertThat(assertThrows(VfioException.class, kernel::open))
                .hasMessageContaining("is not within");

        assertEquals(0, kernel.command());
        assertEquals(List.of(), kernel.log);
    }

    @Test
    void deviceThatIsNoPciFunctionIsRefused() {
        kernel.flags = DeviceInfo.PLATFORM;
        assertThrows(VfioException.class, kernel::open);

        kernel.flags = DeviceInfo.PCI;
        kernel.regions = 2;
        assertThat(assertThrows(VfioException.class, kernel::open))
                .hasMessageContaining("2 regions");
    }

    @Test
    void indexesHaveTheirNames() {
        VfioPci device = kernel.open();

        assertEquals("BAR 5", device.bar(5).name());
        assertEquals("ROM", device.rom().name());
        assertEquals("INTx", device.intx().name());
        assertEquals("MSI", device.msi().name());
        assertEquals("MSI-X", device.msix().name());
        assertSame(device.bar(1), device.region(1));
        assertSame(device.msix(), device.interrupts(2));
        assertEquals(4, device.msix().count());
        assertThrows(IndexOutOfBoundsException.class, () -> device.bar(6));
        assertThrows(IndexOutOfBoundsException.class, () -> device.bar(-1));
    }

    @Test
    void configurationSpaceIsLittleEndian() {
        kernel.config[0] = 0x34;
        kernel.config[1] = 0x12;
        kernel.config[9] = 2;
        kernel.config[0xb] = 1;

        VfioPci device = kernel.open();

        assertEquals(0x1234, device.config().vendorId());
        assertEquals(0x010002, device.config().classCode());
        assertEquals(256, device.config().size());
    }

    @Test
    void resetReachesTheKernel() {
        kernel.open().reset();

        assertThat(kernel.log).endsWith("reset");
    }

    private void msix(int bar, long offset, int entries) {
        kernel.config[6] = 0x10;
        kernel.config[0x34] = 0x40;
        kernel.config[0x40] = 0x11;
        kernel.config[0x42] = (byte) (entries - 1);
        long table = offset | bar;
        for (int i = 0; i < 4; i++) {
            kernel.config[0x44 + i] = (byte) (table >>> (8 * i));
        }
    }

    @Test
    void peersHearWhenMemoryIsTurnedOffAndOnInWhateverWidth() {
        VfioPci device = kernel.open();
        List<Presence> heard = new ArrayList<>();
        PeerMemory[] peer = new PeerMemory[1];
        peer[0] = open(device, () -> heard.add(peer[0].presence()));

        device.busMaster(false);
        device.config().putByte(5, (byte) 4);
        assertEquals(List.of(), heard);
        device.config().putShort(4, (short) MASTER);
        device.config().putInt(4, MASTER);
        device.config().putByte(4, (byte) MEMORY);
        device.region(7).write(0, ByteBuffer.allocate(8));
        device.region(7).write(2, ByteBuffer.wrap(new byte[] {0, 0, MEMORY, 0}));

        assertEquals(List.of(Presence.AWAY, Presence.HERE, Presence.AWAY, Presence.HERE), heard);
        peer[0].close();
    }

    @Test
    void peersAreWithoutItDuringAResetOfTheBus() {
        VfioPci device = kernel.open();
        try (PeerMemory peer = open(device, () -> {})) {
            device.quietly(() -> assertEquals(Presence.AWAY, peer.presence()));

            assertEquals(Presence.HERE, peer.presence());
        }
    }

    @Test
    void peersHearOfTheLowPowerState() {
        kernel.config[6] = 0x10;
        kernel.config[0x34] = 0x60;
        kernel.config[0x60] = 1;
        VfioPci device = kernel.open();
        try (PeerMemory peer = open(device, () -> {})) {
            device.config().putShort(0x64, (short) 3);
            assertEquals(Presence.AWAY, peer.presence());
            device.config().putShort(4, (short) MEMORY);
            assertEquals(Presence.AWAY, peer.presence());
            device.config().putShort(0x64, (short) 1);
            assertEquals(Presence.HERE, peer.presence());
        }
    }

    private static PeerMemory open(VfioPci device, Runnable changed) {
        PeerRegion region = (PeerRegion) device.region(7);
        return region.openForPeers(0, 16, changed);
    }
}
