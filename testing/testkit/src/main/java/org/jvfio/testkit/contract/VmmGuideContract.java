// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.AttachOptions;
import org.jvfio.BrokerOptions;
import org.jvfio.DescriptorBroker;
import org.jvfio.DirtyLog;
import org.jvfio.DiscardableRam;
import org.jvfio.DmaDemand;
import org.jvfio.IovaRange;
import org.jvfio.MemoryListener.Outcome;
import org.jvfio.RamRegion;
import org.jvfio.Vfio;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.KvmVmFd;
import org.jvfio.linux.uapi.KvmRequests;
import org.jvfio.testkit.contract.Bench.Limit;
import org.jvfio.testkit.driver.EduDriver;
import org.jvfio.testkit.guide.SmallVmm;

/** What the VMM guide shows, done: the tests are the guest. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class VmmGuideContract extends Contract {
    private static final int PAGES = 128;
    private static final int COMMAND = 0x04;
    private static final int BUS_MASTER = 1 << 2;
    private static final int INTERRUPTS_ENABLED = 0x1524;
    // Not 0x0800_0000, where messages of interrupts go on aarch64.
    private static final long BAR_AT = 0x0900_0000;
    private static final long MORE_AT = 0x0400_0000;
    private static final int BLOCK = 1 << 16;
    private static final long MARK = 0x7a3c_5e19_0b2d_4f68L;

    private int page;
    private SmallVmm vmm;

    /** For extension. */
    protected VmmGuideContract() {}

    @BeforeEach
    final void startMachine() {
        page = vfio().host().pageSize();
        vmm = new SmallVmm(vfio(), (long) PAGES * page);
        vmm.layOut(bench().highMemory());
    }

    @AfterEach
    final void everythingIsReached() {
        vmm.close();
        assertEquals(List.of(), vmm.unreachable());
    }

    private PciDevice plug() {
        PciDevice device = vmm.plug(bench().edu(), bench().backend());
        vmm.guestSetsBusMaster(device, true);
        return device;
    }

    private PciDevice plugOther(String backend) {
        PciDevice device = vmm.plug(bench().otherEdu(), backend);
        vmm.guestSetsBusMaster(device, true);
        return device;
    }

    /** Whether the device copies what is at one address to another, each with its page. */
    private boolean copies(PciDevice device, long from, int fromPage, long to, int toPage) {
        ByteBuffer bytes = vmm.bytes();
        bytes.putLong(fromPage * page, MARK + toPage);
        bytes.putLong(toPage * page, 0);
        try (EduDriver edu = EduDriver.start(device)) {
            edu.load(from, Long.BYTES);
            edu.store(to, Long.BYTES);
        }
        return bytes.getLong(toPage * page) == MARK + toPage;
    }

    private boolean copies(PciDevice device, int from, int to) {
        return copies(device, (long) from * page, from, (long) to * page, to);
    }

    @Test
    void guestsMemoryIsReachedByTwoDevicesOnTwoBackends() {
        assumeTrue(bench().otherBackend().isPresent(), "a machine with one backend");
        PciDevice one = plug();
        PciDevice other = plugOther(bench().otherBackend().orElseThrow());

        assertTrue(copies(one, 0, 7));
        assertTrue(copies(other, 7, 3));
        assertEquals(bench().backend(), one.backend());
        assertEquals(bench().otherBackend().orElseThrow(), other.backend());
        assertEquals(
                List.of(Outcome.MAPPED, Outcome.SKIPPED, Outcome.MAPPED),
                space().memoryListener().states().stream().map(each -> each.outcome()).toList());
    }

    @Test
    void deviceStartsNothingBeforeTheGuestLetsIt() {
        PciDevice device = vmm.plug(bench().edu(), bench().backend());

        assertEquals(false, isMaster(device));
        vmm.guestSetsBusMaster(device, true);
        assertEquals(true, isMaster(device));
    }

    private static boolean isMaster(PciDevice device) {
        return (device.config().getShort(COMMAND) & BUS_MASTER) != 0;
    }

    @Test
    void deviceBehindTheGuestsIommuReachesWhatIsTranslated() {
        var behind = vmm.behindIommu();
        PciDevice device = attach(behind, bench().edu());
        vmm.guestMaps(0x10_0000, 9L * page, page);
        vmm.guestMaps(0x20_0000, 2L * page, page);

        assertTrue(copies(device, 0x10_0000, 9, 0x20_0000, 2));
        vmm.guestUnmaps(IovaRange.of(0x20_0000, page));
        assertFalse(copies(device, 0x10_0000, 9, 0x20_0000, 2));
        device.close();
        vmm.guestMaps(0x20_0000, 4L * page, page);

        assertTrue(copies(attach(behind, bench().edu()), 0x10_0000, 9, 0x20_0000, 4));
    }

    @Test
    void blocksOfMemoryComeAndGo() {
        long address = memory(3L * BLOCK).address() + BLOCK - 1 & -BLOCK;
        DiscardableRam more =
                vmm.offer(MORE_AT, RamRegion.of("virtio-mem", address, 2 * BLOCK), BLOCK);
        PciDevice device = plug();

        vmm.guestResizes(more, 0, BLOCK, true);
        assertTrue(writes(device, MORE_AT));
        vmm.guestResizes(more, 0, BLOCK, false);
        assertFalse(writes(device, MORE_AT));
        assertEquals(0, more.populatedBytes());
    }

    /** Whether what the device writes at an address is there when it reads it again. */
    private boolean writes(PciDevice device, long at) {
        try (EduDriver edu = EduDriver.start(device)) {
            vmm.bytes().putLong(0, MARK);
            edu.load(0, Long.BYTES);
            edu.store(at, Long.BYTES);
            vmm.bytes().putLong(0, 0);
            edu.load(0, Long.BYTES);
            edu.load(at, Long.BYTES);
            edu.store(0, Long.BYTES);
        }
        return vmm.bytes().getLong(0) == MARK;
    }

    @Test
    void oneDeviceReadsARegisterOfAnother() {
        assumeTrue(bench().mapsBars(), "the IOMMU takes no BARs");
        PciDevice target = plug();
        PciDevice reader = plugOther(bench().backend());

        assertEquals(Outcome.MAPPED, vmm.guestPlacesBar(BAR_AT, target, 0).outcome());

        try (EduDriver edu = EduDriver.start(reader)) {
            edu.load(BAR_AT + EduDriver.IDENTIFICATION, Integer.BYTES);
            edu.store(page, Integer.BYTES);
        }
        ByteBuffer bytes = vmm.bytes().order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(EduDriver.IDENTIFICATION_1_0, bytes.getInt(page));
    }

    @Test
    void memoryIsCopiedWhileADeviceWritesAndItsStateIsSaved() throws IOException {
        assumeTrue(bench().mediates(), "the page tables take no mediated device");
        try (Mdevs mdevs = new Mdevs(vfio())) {
            PciDevice port = vmm.plug(mdevs.make(Mdevs.DUAL_PORT), bench().backend());
            PciDevice device = plug();
            ByteBuffer target = ByteBuffer.allocate(PAGES * page);
            ByteArrayOutputStream wire = new ByteArrayOutputStream();
            try (DirtyLog log = vmm.startCopy(target)) {
                assertTrue(copies(device, 0, 11));
                assertTrue(vmm.copyDirty(log, target) >= 1);
                assertTrue(copies(device, 0, 13));
                long saved = vmm.saveDevice(port, Channels.newChannel(wire));
                vmm.guestSetsBusMaster(device, false);
                assertTrue(vmm.copyDirty(log, target) >= 1);
                assertEquals(wire.size(), saved);
            }
            target.order(ByteOrder.nativeOrder());
            assertEquals(MARK + 11, target.getLong(11 * page));
            assertEquals(MARK + 13, target.getLong(13 * page));
            assertNames(
                    assertThrows(
                            IOException.class,
                            () -> vmm.saveDevice(device, Channels.newChannel(wire))),
                    device.name(),
                    "cannot be moved");
        }
    }

    @Test
    void devicesAreResetWithTheMachineAndByTheGuest() {
        assumeTrue(bench().hasPair(), "no card of two functions, each in a group of its own");
        PciDevice one = vmm.plug(bench().pair(), bench().backend());
        one.bar(0).putInt(INTERRUPTS_ENABLED, 1);
        assertFalse(vmm.guestResetsBus(one).isEmpty());
        assertEquals(1, one.bar(0).getInt(INTERRUPTS_ENABLED));
        PciDevice other = vmm.plug(bench().otherOfPair(), bench().backend());

        assertEquals(List.of(), vmm.guestResetsBus(one));
        assertEquals(0, one.bar(0).getInt(INTERRUPTS_ENABLED));
        List<String> told = vmm.reset();
        assertEquals(2, told.size());
        assertTrue(told.get(0).startsWith(one.name() + ": OWN"), told::toString);
        assertTrue(told.get(1).startsWith(other.name() + ": OWN"), told::toString);
    }

    @Test
    void virtualMachineIsToldOfItsDevices() throws KernelException {
        assumeTrue(kernel().files().exists("/dev/kvm"), "no KVM here");
        int kvm = kernel().open("/dev/kvm", Fcntl.O_RDWR);
        int vm = KvmRequests.CREATE_VM.call(kernel(), kvm, 0);
        try (Vfio session = bench().open(builder -> SmallVmm.ofMachine(builder, vm));
                PciDevice device =
                        session.addressSpace()
                                .attach(
                                        bench().edu(),
                                        AttachOptions.defaults().backend(bench().backend()))) {
            assertEquals(bench().edu().name(), device.name());
            KvmVmFd machine = KvmVmFd.borrow(kernel(), vm);
            KernelException refused =
                    assertThrows(KernelException.class, machine::createVfioDevice);
            assertEquals(Errno.EBUSY, refused.errno(), "the machine has a VFIO device");
        } finally {
            kernel().close(vm);
            kernel().close(kvm);
        }
    }

    @Test
    void deviceComesFromABroker() throws Exception {
        assumeTrue(bench().passesDevices(), "iommufd has no devices here");
        String path = "/tmp/jvfio-%x.sock".formatted(System.nanoTime());
        Queue<String> asked = new ConcurrentLinkedQueue<>();
        try (Crew crew = new Crew();
                Vfio privileged = bench().open()) {
            DescriptorBroker broker =
                    privileged.broker(BrokerOptions.at(path).allow(bench().edu().name()));
            crew.start(
                    () -> {
                        broker.serve(answer -> asked.add(answer.request()));
                        return null;
                    });
            PciDevice device = vmm.plugFromBroker(path, bench().edu());
            vmm.guestSetsBusMaster(device, true);

            assertTrue(copies(device, 1, 2));
            privileged.close();
            crew.await();
            assertEquals(List.of(DescriptorBroker.IOMMU, bench().edu().name()), List.copyOf(asked));
        }
    }

    @Test
    void machineForWhichThereIsNoRoomIsRefused() {
        assumeTrue(
                vfio().budget(bench().backend(), DmaDemand.of(space(), 1))
                        .mappingLimit()
                        .isPresent(),
                "the backend has no limit on mappings");
        Optional<Limit> limit = bench().limitMappings(1);
        assumeTrue(limit.isPresent(), "the machine has no limit on mappings to set");
        try (Limit one = limit.orElseThrow()) {
            assertNames(
                    assertThrows(
                            IllegalStateException.class,
                            () -> vmm.requireRoom(bench().backend(), 1)),
                    "2 mappings",
                    "dma_entry_limit");
        }
    }

    @Test
    void roomIsRequiredBeforeDevicesCome() {
        vmm.requireRoom(bench().backend(), 2);

        PciDevice device = plug();
        assertTrue(copies(device, 0, 1));
        assertTrue(vmm.iommuAddressBits() >= 30, "address bits: " + vmm.iommuAddressBits());
    }
}
