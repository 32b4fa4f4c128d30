// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.VfioException;
import org.jvfio.spi.PeerMemory;
import org.jvfio.spi.PeerMemory.Presence;

/** Parts of a region that other devices are given: by address, and as a file. */
final class RegionPeerTest {
    private static final int OFFSET = 0x4000;

    private final ScriptedVfio kernel = new ScriptedVfio();
    private final ScriptedDevice context = new ScriptedDevice(kernel);
    private final long page = context.host().pageSize();
    private KernelDevice device;

    @BeforeEach
    void openDevice() {
        kernel.regions.put(1, new ScriptedVfio.Shape(7, 4 * page, OFFSET));
        kernel.regions.put(2, new ScriptedVfio.Shape(3, 4 * page, OFFSET));
        device = context.open();
    }

    @AfterEach
    void closeDevice() {
        device.close();
        kernel.assertNothingLeaked();
    }

    private PeerMemory open(int region) {
        return device.region(region).openForPeers(page, 2 * page, () -> {});
    }

    @Test
    void nothingIsAskedOfTheKernelBeforeItIsNeeded() {
        try (PeerMemory peer = open(1)) {
            assertEquals(List.of(), kernel.mmapped);
            assertEquals(List.of(), kernel.exported);
            assertEquals("0000:02:00.0", peer.device());
            assertThat(peer.name()).contains("0000:02:00.0 BAR 1").contains("at 0x1000");
        }
    }

    @Test
    void addressAndFileAreMadeOnceAndGivenBack() {
        PeerMemory peer = open(1);

        assertEquals(peer.address(), peer.address());
        assertEquals(peer.descriptor(), peer.descriptor());

        assertEquals(List.of((int) (OFFSET + page)), kernel.mmapped);
        assertEquals(List.of("BAR 1, 0x2000 bytes at 0x1000"), kernel.exported);
        peer.close();
        peer.close();
        kernel.assertNothingLeaked();
    }

    @Test
    void kernelWithoutSuchFilesIsNamedAndWhatToDo() {
        kernel.exportError = Errno.ENOTTY.number();
        try (PeerMemory peer = open(1)) {
            var refused = assertThrows(VfioException.class, peer::descriptor);

            assertEquals(OptionalInt.of(Errno.ENOTTY.number()), refused.errno());
            assertThat(refused)
                    .hasMessageContaining("VFIO_DEVICE_FEATURE: ENOTTY")
                    .hasMessageContaining("CONFIG_VFIO_PCI_DMABUF");
        }
    }

    @Test
    void regionThatCannotBeMappedIsNeitherMappedNorExported() {
        try (PeerMemory peer = open(2)) {
            assertThrows(VfioException.class, peer::address);
            assertThrows(VfioException.class, peer::descriptor);
            assertEquals(List.of(), kernel.exported);
        }
    }

    @Test
    void resetAndCloseAreHeard() {
        List<Presence> heard = new ArrayList<>();
        PeerMemory[] peer = new PeerMemory[1];
        peer[0] = device.region(1).openForPeers(0, page, () -> heard.add(peer[0].presence()));
        kernel.onReset =
                tries -> {
                    assertEquals(List.of(Presence.AWAY), heard);
                    return 0;
                };

        device.reset();
        device.close();

        assertEquals(List.of(Presence.AWAY, Presence.HERE, Presence.GONE), heard);
        assertThrows(IllegalStateException.class, () -> open(1));
        peer[0].close();
    }

    @Test
    void refusedResetBringsItBackToo() {
        kernel.onReset = tries -> -Errno.EIO.number();
        try (PeerMemory peer = open(1)) {
            assertThrows(VfioException.class, device::reset);

            assertEquals(Presence.HERE, peer.presence());
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        var bar = device.region(1);
        assertThrows(
                IndexOutOfBoundsException.class, () -> bar.openForPeers(page, 4 * page, () -> {}));
    }
}
