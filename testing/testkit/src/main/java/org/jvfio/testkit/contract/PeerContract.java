// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.DirtyLog;
import org.jvfio.DmaBuffer;
import org.jvfio.IovaRange;
import org.jvfio.PeerMapping;
import org.jvfio.PeerMapping.State;
import org.jvfio.device.PciDevice;
import org.jvfio.device.Region;
import org.jvfio.testkit.driver.EduDriver;

/** Peer-to-peer: BARs of one device that another one reads and writes. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class PeerContract extends Contract {
    private static final long AT = 0x1000_0000;
    private static final int COMMAND = 0x04;
    private static final int MEMORY = 2;
    private static final int POWER_MANAGEMENT = 0x01;
    private static final int POWER_STATE = 4;
    private static final int D3 = 3;
    private static final int EXPRESS = 0x10;
    private static final int EXPRESS_CONTROL = 8;
    private static final int EXPRESS_START_RESET = 1 << 15;

    private long page;
    private PeerTarget target;

    /** For extension. */
    protected PeerContract() {}

    @BeforeEach
    final void choose() {
        page = vfio().host().pageSize();
        target = PeerTarget.of(bench());
    }

    /** So many pages at {@link #AT} plus pages. */
    private IovaRange pages(long index, long count) {
        return IovaRange.of(AT + index * page, count * page);
    }

    private PeerMapping give(PciDevice target) {
        return give(space(), target, Access.READ_WRITE);
    }

    private PeerMapping give(AddressSpace space, PciDevice target, Access access) {
        return space.mapPeer(pages(0, 1), target.bar(0), 0, access);
    }

    /** Fails unless the copier reaches the registers of the other {@code edu}. */
    private static void assertReaches(Copier copier, long iova, PciDevice edu) {
        assertEquals(EduDriver.IDENTIFICATION_1_0, copier.read(iova));
        int value = edu.bar(0).getInt(EduDriver.LIVENESS) + 1;
        copier.write(iova + EduDriver.LIVENESS, value);
        assertEquals(~value, edu.bar(0).getInt(EduDriver.LIVENESS));
        edu.bar(0).putInt(EduDriver.LIVENESS, 0x12345678);
        assertEquals(~0x12345678, copier.read(iova + EduDriver.LIVENESS));
    }

    private static void assertDoesNotReach(Copier copier, long iova, PciDevice edu) {
        int before = edu.bar(0).getInt(EduDriver.LIVENESS);
        copier.write(iova + EduDriver.LIVENESS, before + 1);
        assertEquals(before, edu.bar(0).getInt(EduDriver.LIVENESS));
        assertNotEquals(EduDriver.IDENTIFICATION_1_0, copier.read(iova));
    }

    @Test
    void oneDeviceReadsAndWritesRegistersOfAnother() {
        try (PciDevice one = attach(bench().edu());
                PciDevice other = attach(bench().otherEdu());
                Copier copier = new Copier(one);
                PeerMapping peer = give(other)) {
            assertEquals(State.MAPPED, peer.state(), peer::reason);
            assertEquals("", peer.reason());
            assertEquals(pages(0, 1), peer.range());
            assertEquals(1, peer.parts().size());

            assertReaches(copier, AT, other);
        }
    }

    @Test
    void closedMappingIsOutOfReachAndItsRangeFree() {
        try (PciDevice one = attach(bench().edu());
                PciDevice other = attach(bench().otherEdu());
                Copier copier = new Copier(one)) {
            PeerMapping peer = give(other);
            peer.close();
            peer.close();

            assertDoesNotReach(copier, AT, other);
            assertThrows(IllegalStateException.class, peer::state);
            assertThrows(IllegalStateException.class, peer::reason);
            assertThrows(IllegalStateException.class, peer::parts);
            try (PeerMapping again = give(other)) {
                assertReaches(copier, AT, other);
            }
        }
    }

    @Test
    void partOfABarIsMappedForReading() {
        try (PciDevice one = attach(bench().edu());
                PciDevice device = attach(target.address());
                Copier copier = new Copier(one);
                PeerMapping first = space().mapPeer(pages(0, 1), device.bar(0), 0, Access.READ);
                PeerMapping second =
                        space().mapPeer(pages(1, 1), device.bar(0), page, Access.READ_WRITE)) {
            assertEquals(State.MAPPED, first.state(), first::reason);
            assertEquals(State.MAPPED, second.state(), second::reason);
            int before = target.readKept(device);

            copier.write(AT + target.kept(), before + 1);

            assertEquals(before, target.readKept(device));
            assertEquals(target.readConstant(device), copier.read(AT + target.constant()));
        }
    }

    @Test
    void deviceThatComesLaterReachesItToo() {
        try (PciDevice other = attach(bench().otherEdu());
                PeerMapping peer = give(other);
                PciDevice one = attach(bench().edu());
                Copier copier = new Copier(one)) {
            assertReaches(copier, AT, other);
        }
    }

    @Test
    void deviceInAnotherAddressSpaceReachesIt() {
        AddressSpace own = vfio().newAddressSpace();
        try (PciDevice other = attach(bench().otherEdu());
                PeerMapping peer = give(own, other, Access.READ_WRITE)) {
            assertEquals(List.of(), peer.parts());
            assertEquals(State.MAPPED, peer.state());
            try (PciDevice one = attach(own, bench().edu());
                    Copier copier = new Copier(one)) {
                assertEquals(1, peer.parts().size());
                assertReaches(copier, AT, other);
            }
            assertEquals(List.of(), peer.parts());
        }
    }

    @Test
    void devicesOfTwoBackendsReachTheSame() {
        assumeTrue(bench().otherBackend().isPresent(), "the machine has one backend");
        AttachOptions through =
                AttachOptions.defaults().backend(bench().otherBackend().orElseThrow());
        try (PciDevice other = attach(bench().otherEdu());
                PciDevice one = space().attach(bench().edu(), through);
                Copier copier = new Copier(one);
                Copier own = new Copier(other);
                PeerMapping peer = give(other)) {
            assertEquals(2, peer.parts().size());
            assertEquals(State.MAPPED, peer.state(), peer::reason);

            assertReaches(copier, AT, other);
            assertEquals(EduDriver.IDENTIFICATION_1_0, own.read(AT), "the device itself");
        }
    }

    @Test
    void resetTakesItAwayAndBringsItBack() {
        try (PciDevice one = attach(bench().edu());
                PciDevice device = attach(target.address());
                Copier copier = new Copier(one);
                PeerMapping peer = give(device)) {
            int constant = target.readConstant(device);
            for (int round = 0; round < 3; round++) {
                assertEquals(constant, copier.read(AT + target.constant()));
                device.reset();
                assertEquals(State.MAPPED, peer.state(), peer::reason);
            }
            copier.write(AT + target.kept(), target.value());
            assertEquals(target.value(), target.readKept(device));
        }
    }

    @Test
    void resetThroughConfigurationSpaceTakesItAwayAndBringsItBack() {
        try (PciDevice one = attach(bench().edu());
                PciDevice device = attach(target.address());
                Copier copier = new Copier(one);
                PeerMapping peer = give(device)) {
            int constant = target.readConstant(device);
            int control =
                    device.config().capability(EXPRESS).orElseThrow().offset() + EXPRESS_CONTROL;
            short before = device.config().getShort(control);

            device.config().putShort(control, (short) (before | EXPRESS_START_RESET));

            assertEquals(State.MAPPED, peer.state(), peer::reason);
            assertEquals(constant, copier.read(AT + target.constant()));
        }
    }

    @Test
    void itGoesWithMemoryDecodingAndComesBackWithIt() {
        try (PciDevice one = attach(bench().edu());
                PciDevice other = attach(bench().otherEdu());
                Copier copier = new Copier(one);
                PeerMapping peer = give(other)) {
            short command = other.config().getShort(COMMAND);

            other.config().putShort(COMMAND, (short) (command & ~MEMORY));
            assertEquals(State.REVOKED, peer.state());
            assertTrue(peer.reason().contains("does not answer"), peer::reason);
            assertNotEquals(EduDriver.IDENTIFICATION_1_0, copier.read(AT));

            other.config().putInt(COMMAND, command);
            assertEquals(State.MAPPED, peer.state(), peer::reason);
            assertReaches(copier, AT, other);
        }
    }

    @Test
    void itIsAwayInTheLowPowerState() {
        try (PciDevice one = attach(bench().edu());
                PciDevice device = attach(target.address());
                Copier copier = new Copier(one);
                PeerMapping peer = give(device)) {
            int constant = target.readConstant(device);
            int power = device.config().capability(POWER_MANAGEMENT).orElseThrow().offset();
            short state = device.config().getShort(power + POWER_STATE);

            device.config().putShort(power + POWER_STATE, (short) (state | D3));
            assertEquals(State.REVOKED, peer.state());
            assertNotEquals(constant, copier.read(AT + target.constant()));

            device.config().putShort(power + POWER_STATE, state);
            assertEquals(State.MAPPED, peer.state(), peer::reason);
            assertEquals(constant, copier.read(AT + target.constant()));
        }
    }

    @Test
    void barThatDoesNotAnswerIsMappedWhenItDoes() {
        try (PciDevice one = attach(bench().edu());
                PciDevice other = attach(bench().otherEdu());
                Copier copier = new Copier(one)) {
            short command = other.config().getShort(COMMAND);
            other.config().putShort(COMMAND, (short) (command & ~MEMORY));
            try (PeerMapping peer = give(other)) {
                assertEquals(State.REVOKED, peer.state());

                other.config().putShort(COMMAND, command);

                assertEquals(State.MAPPED, peer.state(), peer::reason);
                assertReaches(copier, AT, other);
            }
        }
    }

    @Test
    void regionThatIsNoBarIsARefusalAndTheDevicesWorkOn() {
        try (PciDevice one = attach(bench().edu());
                PciDevice device = attach(target.address());
                Copier copier = new Copier(one)) {
            Region config = device.region(7);
            if (config.size() < page) {
                assertThrows(IndexOutOfBoundsException.class, () -> give(config));
            } else {
                assertRefused(device, config);
            }
            try (PeerMapping peer = give(device)) {
                assertEquals(target.readConstant(device), copier.read(AT + target.constant()));
            }
        }
    }

    private PeerMapping give(Region region) {
        return space().mapPeer(pages(0, 1), region, 0, Access.READ);
    }

    private void assertRefused(PciDevice device, Region region) {
        try (PeerMapping peer = give(region)) {
            assertEquals(State.REFUSED, peer.state());
            assertTrue(peer.reason().contains(device.name()), peer::reason);
            device.reset();
            assertEquals(State.REFUSED, peer.state());
        }
    }

    @Test
    void whatCannotBeIsRefusedBeforeTheKernelIsAsked() {
        try (PciDevice one = attach(bench().edu());
                DmaBuffer buffer = space().allocate(page)) {
            Region bar = one.bar(0);
            Access both = Access.READ_WRITE;
            AddressSpace space = space();
            IovaRange odd = IovaRange.of(AT + 8, page);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> space.mapPeer(buffer.range(), bar, 0, both));
            assertThrows(IllegalArgumentException.class, () -> space.mapPeer(odd, bar, 0, both));
            assertThrows(
                    IllegalArgumentException.class, () -> space.mapPeer(pages(0, 1), bar, 8, both));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> space.mapPeer(IovaRange.ALL, bar, 0, both));
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> space.mapPeer(pages(0, 1), bar, bar.size(), both));
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> space.mapPeer(pages(0, 1), one.bar(1), 0, both));
            try (PeerMapping peer = space.mapPeer(pages(0, 1), bar, 0, both)) {
                assertThrows(
                        IllegalArgumentException.class,
                        () -> space.mapPeer(pages(0, 1), bar, 0, both));
                assertThrows(
                        IllegalArgumentException.class,
                        () -> space.map(pages(0, 1), buffer.address(), both));
            }
        }
    }

    @Test
    void unmappingTheRangeEndsIt() {
        try (PciDevice one = attach(bench().edu());
                PciDevice other = attach(bench().otherEdu());
                Copier copier = new Copier(one);
                PeerMapping peer = give(other)) {
            assertEquals(page, space().unmap(pages(0, 1)));

            assertEquals(State.REVOKED, peer.state());
            assertDoesNotReach(copier, AT, other);
        }
    }

    @Test
    void unmappingMemoryAndItEndsItWhileDirtyPagesAreLogged() {
        long memory = memory(page).address();
        try (PciDevice one = attach(bench().edu());
                PciDevice other = attach(bench().otherEdu());
                Copier copier = new Copier(one);
                PeerMapping peer = give(other);
                DirtyLog log = space().trackDirty()) {
            space().map(pages(-1, 1), memory, Access.READ_WRITE);

            assertEquals(2 * page, space().unmap(pages(-1, 2)));

            assertEquals(State.REVOKED, peer.state());
            assertDoesNotReach(copier, AT, other);
            give(other).close();
        }
    }

    @Test
    void closingTheBarsDeviceEndsItAndTheOtherWorksOn() {
        try (PciDevice one = attach(bench().edu());
                Copier copier = new Copier(one)) {
            PciDevice other = attach(bench().otherEdu());
            PeerMapping peer = give(other);
            assertReaches(copier, AT, other);

            other.close();

            assertEquals(State.REVOKED, peer.state());
            assertTrue(peer.reason().contains("closed"), peer::reason);
            assertNotEquals(EduDriver.IDENTIFICATION_1_0, copier.read(AT));
            assertThrows(IllegalStateException.class, () -> give(other));
            try (PciDevice again = attach(bench().otherEdu());
                    PeerMapping anew = give(again)) {
                assertReaches(copier, AT, again);
            }
            peer.close();
        }
    }

    @Test
    void closingTheReachingDeviceFirstIsFine() {
        PciDevice one = attach(bench().edu());
        PciDevice other = attach(bench().otherEdu());
        PeerMapping peer = give(other);

        one.close();
        assertEquals(State.MAPPED, peer.state(), peer::reason);
        other.close();
        assertEquals(State.REVOKED, peer.state());
        peer.close();
    }

    @Test
    void everyOrderOfClosingLeavesNothing() {
        for (int order = 0; order < 24; order++) {
            AddressSpace space = vfio().newAddressSpace();
            PciDevice one = attach(space, bench().edu());
            PciDevice other = attach(space, bench().otherEdu());
            PeerMapping peer = give(space, other, Access.READ_WRITE);
            PeerMapping own = space.mapPeer(pages(1, 1), one.bar(0), 0, Access.READ);
            List<AutoCloseable> open = List.of(one, other, peer, own);
            for (AutoCloseable next : permutation(open, order)) {
                closed(next);
            }
            space.close();
            assertEquals(before(), bench().holdings(), "order " + order);
        }
    }

    private static List<AutoCloseable> permutation(List<AutoCloseable> all, int number) {
        List<AutoCloseable> left = new ArrayList<>(all);
        List<AutoCloseable> order = new ArrayList<>();
        int rest = number;
        for (int size = all.size(); size > 0; size--) {
            order.add(left.remove(rest % size));
            rest /= size;
        }
        return order;
    }

    private static void closed(AutoCloseable open) {
        try {
            open.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void closingTheAddressSpaceTakesEverything() {
        AddressSpace space = vfio().newAddressSpace();
        attach(space, bench().edu());
        PciDevice other = attach(bench().otherEdu());
        PeerMapping peer = give(space, other, Access.READ_WRITE);

        space.close();

        assertEquals(State.REVOKED, peer.state());
        peer.close();
        assertThrows(IllegalStateException.class, () -> give(space, other, Access.READ_WRITE));
        other.close();
    }

    @Test
    void resetsAndMappingsAtTheSameTimeEndWithItMapped() throws InterruptedException {
        try (PciDevice device = attach(target.address())) {
            Thread resets =
                    new Thread(
                            () -> {
                                for (int i = 0; i < 5; i++) {
                                    device.reset();
                                }
                            });
            resets.start();
            for (int i = 0; i < 50; i++) {
                give(device).close();
            }
            try (PeerMapping peer = give(device)) {
                resets.join();
                assertEquals(State.MAPPED, peer.state(), peer::reason);
            }
        }
    }
}
