// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.DmaBuffer;
import org.jvfio.IovaRange;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.spi.NativeMemory;
import org.jvfio.testkit.driver.EduDriver;

/** Devices that come and go while others work and memory is mapped and unmapped. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class HotplugContract extends Contract {
    /** Above the buffers whose places the address space chooses, however large a page is. */
    private static final long FIRST = 0x1000_0000;

    private static final int ROUNDS = 5;
    private static final int CHANGES = 200;
    private static final int PAGES = 4;

    private long page;
    private NativeMemory memory;

    /** For extension. */
    protected HotplugContract() {}

    @BeforeEach
    final void takeMemory() {
        page = space().pageSize();
        memory = memory(PAGES * page);
    }

    @Test
    void deviceThatJoinsSeesWhatIsMappedAndNothingElse() {
        try (PciDevice one = attach(bench().edu())) {
            for (int i = 0; i < PAGES; i++) {
                map(i);
            }
            unmap(1);
            try (PciDevice other = attach(bench().otherEdu());
                    EduDriver edu = EduDriver.start(other)) {
                assertReaches(edu, 0, 2, 3);
                Reach.assertDoesNotReach(edu, range(1).first(), bytes(1));
            }
            assertEquals(List.of(one), space().devices());
        }
    }

    @Test
    void deviceThatStaysReachesItsMemoryWhileAnotherComesAndGoes() throws Exception {
        try (PciDevice stays = attach(bench().edu());
                EduDriver edu = EduDriver.start(stays);
                DmaBuffer buffer = space().allocate(Reach.BYTES);
                Crew crew = new Crew()) {
            crew.start(() -> comeAndGo(bench().otherEdu()));
            crew.start(() -> comeAndGo(bench().nvme()));
            for (int i = 0; i < ROUNDS; i++) {
                Reach.assertReaches(edu, buffer.iova(), buffer.bytes());
            }
            crew.await();
            Reach.assertReaches(edu, buffer.iova(), buffer.bytes());
            assertEquals(List.of(stays), space().devices());
        }
    }

    @Test
    void memoryIsMappedAndUnmappedWhileDevicesComeAndGo() throws Exception {
        try (PciDevice stays = attach(bench().edu());
                EduDriver edu = EduDriver.start(stays);
                DmaBuffer buffer = space().allocate(Reach.BYTES)) {
            try (Crew crew = new Crew()) {
                crew.start(() -> comeAndGo(bench().otherEdu()));
                crew.start(() -> change(0, 1));
                crew.start(() -> change(2, 3));
                crew.start(this::comeAndGoOfBuffers);
                for (int i = 0; i < ROUNDS; i++) {
                    Reach.assertReaches(edu, buffer.iova(), buffer.bytes());
                }
                crew.await();
            }
            assertReaches(edu, 0, 2);
            try (PciDevice late = attach(bench().otherEdu());
                    EduDriver joined = EduDriver.start(late)) {
                assertReaches(joined, 0, 2);
                Reach.assertReaches(joined, buffer.iova(), buffer.bytes());
                Reach.assertDoesNotReach(joined, range(1).first(), bytes(1));
                Reach.assertDoesNotReach(joined, range(3).first(), bytes(3));
            }
            assertEquals(3, space().mappings().size());
        }
    }

    @Test
    void devicesOfSeveralThreadsComeAndGoTogether() throws Exception {
        map(0);
        try (Crew crew = new Crew()) {
            for (PciAddress address : List.of(bench().edu(), bench().otherEdu(), bench().nvme())) {
                crew.start(() -> comeAndGo(address));
            }
            crew.await();
        }
        assertEquals(List.of(), space().devices());
        assertEquals(before(), bench().holdings());
        assertEquals(1, space().mappings().size());
    }

    @Test
    void deviceThatManyWantIsAttachedOnce() throws Exception {
        CyclicBarrier together = new CyclicBarrier(3);
        Queue<PciDevice> attached = new ConcurrentLinkedQueue<>();
        Queue<IllegalStateException> refusals = new ConcurrentLinkedQueue<>();
        try (Crew crew = new Crew()) {
            for (int i = 0; i < together.getParties(); i++) {
                crew.start(
                        () -> {
                            together.await();
                            try {
                                return attached.add(attach(bench().edu()));
                            } catch (IllegalStateException refused) {
                                return refusals.add(refused);
                            }
                        });
            }
            crew.await();
        }
        assertEquals(1, attached.size());
        assertEquals(2, refusals.size());
        refusals.forEach(r -> assertNames(r, bench().edu().name(), "attached already"));
        attached.forEach(PciDevice::close);
        assertEquals(before(), bench().holdings());
    }

    @Test
    void lastDeviceLeavesAndAnotherComesToWhatIsMappedThen() {
        map(0);
        map(1);
        attach(bench().edu()).close();
        assertEquals(before(), bench().holdings(), "no device, so no page tables and no pins");
        unmap(0);
        map(2);

        try (PciDevice other = attach(bench().otherEdu());
                EduDriver edu = EduDriver.start(other)) {
            assertReaches(edu, 1, 2);
            Reach.assertDoesNotReach(edu, range(0).first(), bytes(0));
            assertEquals(2, other.addressSpace().mappings().size());
        }
    }

    @Test
    void unmapHoldsAgainstADeviceThatIsWriting() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device);
                Crew crew = new Crew()) {
            map(0);
            crew.start(
                    () -> {
                        for (int i = 0; i < ROUNDS; i++) {
                            edu.store(range(0).first(), Reach.BYTES);
                            writing.countDown();
                        }
                        return null;
                    });
            writing.await();

            unmap(0);

            Pattern.only(0x5a, Reach.BYTES).putInto(bytes(0));
            crew.await();
            Pattern.only(0x5a, Reach.BYTES).assertIn(bytes(0));
        }
    }

    private Void comeAndGo(PciAddress address) {
        for (int i = 0; i < ROUNDS; i++) {
            try (PciDevice device = attach(address)) {
                assertTrue(space().devices().contains(device), device::name);
                assertTrue(device.config().vendorId() != 0xffff, device::name);
            }
        }
        return null;
    }

    private Void comeAndGoOfBuffers() {
        for (int i = 0; i < CHANGES; i++) {
            space().allocate(page).close();
        }
        return null;
    }

    /** Maps and unmaps two pages many times; the first stays mapped in the end. */
    private Void change(int one, int other) {
        for (int i = 0; i < CHANGES; i++) {
            map(one);
            map(other);
            unmap(one);
            unmap(other);
        }
        map(one);
        return null;
    }

    private void assertReaches(EduDriver edu, int... pages) {
        for (int index : pages) {
            Reach.assertReaches(edu, range(index).first(), bytes(index));
        }
    }

    private IovaRange range(int index) {
        return IovaRange.of(FIRST + index * page, page);
    }

    private ByteBuffer bytes(int index) {
        return memory.window(0).slice((int) (index * page), Reach.BYTES);
    }

    private void map(int index) {
        space().map(range(index), memory.address() + index * page, Access.READ_WRITE);
    }

    private void unmap(int index) {
        assertEquals(page, space().unmap(range(index)));
    }
}
