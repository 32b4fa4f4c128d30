// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvfio.device.PciCapability;

@Timeout(60)
final class CapabilityWalkTest {
    @Test
    void chainsAreInTheirOwnOrderStandardOnesFirst() {
        ConfigImage config =
                new ConfigImage(4096)
                        .chain(0x80)
                        .standard(0x80, 0x11, 0x40)
                        .standard(0x40, 0x05, 0)
                        .extended(0x100, 0x01, 2, 0x200)
                        .extended(0x200, 0x10, 1, 0);

        assertEquals(
                List.of(
                        new PciCapability(0x11, 0, 0x80, false),
                        new PciCapability(0x05, 0, 0x40, false),
                        new PciCapability(0x01, 2, 0x100, true),
                        new PciCapability(0x10, 1, 0x200, true)),
                CapabilityWalk.of(config));
    }

    @Test
    void withoutTheStatusBitThereIsNoChain() {
        assertEquals(
                List.of(),
                CapabilityWalk.of(
                        new ConfigImage(256).chain(0x40).standard(0x40, 5, 0).word(0x06, 0)));
    }

    @Test
    void loopEndsWhereItComesBack() {
        assertEquals(
                List.of(new PciCapability(5, 0, 0x40, false), new PciCapability(1, 0, 0x50, false)),
                CapabilityWalk.of(
                        new ConfigImage(256)
                                .chain(0x40)
                                .standard(0x40, 5, 0x50)
                                .standard(0x50, 1, 0x40)));
        assertEquals(
                List.of(new PciCapability(3, 1, 0x100, true)),
                CapabilityWalk.of(new ConfigImage(4096).extended(0x100, 3, 1, 0x100)));
    }

    @Test
    void linkIntoTheHeaderEndsTheChain() {
        assertEquals(
                List.of(new PciCapability(5, 0, 0x40, false)),
                CapabilityWalk.of(new ConfigImage(256).chain(0x40).standard(0x40, 5, 0x3c)));
        assertEquals(
                List.of(new PciCapability(3, 1, 0x100, true)),
                CapabilityWalk.of(new ConfigImage(4096).extended(0x100, 3, 1, 0x40)));
    }

    @Test
    void reservedBitsOfALinkDoNotCount() {
        assertEquals(
                List.of(new PciCapability(5, 0, 0x40, false)),
                CapabilityWalk.of(new ConfigImage(256).chain(0x43).standard(0x40, 5, 0)));
    }

    @Test
    void gapsAreSteppedOver() {
        assertEquals(
                List.of(new PciCapability(5, 0, 0x50, false), new PciCapability(3, 1, 0x140, true)),
                CapabilityWalk.of(
                        new ConfigImage(4096)
                                .chain(0x40)
                                .standard(0x40, 0, 0x50)
                                .standard(0x50, 5, 0)
                                .extended(0x100, 0, 0, 0x140)
                                .extended(0x140, 3, 1, 0)));
    }

    @Test
    void shortSpaceHasNoExtendedCapabilities() {
        assertEquals(List.of(), CapabilityWalk.of(new ConfigImage(256)));
        assertEquals(List.of(), CapabilityWalk.of(new ConfigImage(0)));
    }

    @Test
    void deviceThatIsGoneHasNone() {
        ConfigImage gone = new ConfigImage(4096);
        for (int at = 0; at < 4096; at += 4) {
            gone.dword(at, -1);
        }

        assertEquals(List.of(), CapabilityWalk.of(gone));
    }

    @Test
    void allOnesEndTheChain() {
        assertEquals(
                List.of(new PciCapability(5, 0, 0x40, false)),
                CapabilityWalk.of(
                        new ConfigImage(256)
                                .chain(0x40)
                                .standard(0x40, 5, 0x50)
                                .standard(0x50, 0xff, 0xff)));
    }

    @Test
    void linkBeyondTheEndOfASmallerSpaceEndsTheChain() {
        assertEquals(
                List.of(new PciCapability(3, 1, 0x100, true)),
                CapabilityWalk.of(new ConfigImage(0x200).extended(0x100, 3, 1, 0x200)));
    }

    @Test
    void whateverIsInThereTheWalkEndsAndNamesEachOffsetOnce() {
        Random random = new Random(1971);
        for (int round = 0; round < 10_000; round++) {
            int size = round % 2 == 0 ? 256 : 4096;
            ConfigImage config = ConfigImage.random(size, random);
            if (random.nextBoolean()) {
                config.chain(random.nextInt(256));
            }

            Set<Integer> offsets = new HashSet<>();
            for (PciCapability found : CapabilityWalk.of(config)) {
                assertTrue(offsets.add(found.offset()), found::toString);
                assertTrue(found.offset() >= 0x40 && found.offset() < size, found::toString);
                assertEquals(0, found.offset() % 4, found::toString);
                assertEquals(found.offset() >= 0x100, found.extended(), found::toString);
                assertTrue(found.id() != 0, found::toString);
            }
        }
    }
}
