// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.guide;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jvfio.Access;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.BarRegion;
import org.jvfio.Descriptor;
import org.jvfio.DescriptorBroker;
import org.jvfio.DirtyLog;
import org.jvfio.DiscardableRam;
import org.jvfio.DmaBudget;
import org.jvfio.DmaDemand;
import org.jvfio.IommuRegion;
import org.jvfio.IommuRegion.Translation;
import org.jvfio.Iommufd;
import org.jvfio.IovaRange;
import org.jvfio.MemoryListener;
import org.jvfio.MemoryListener.SectionState;
import org.jvfio.MemoryRegion;
import org.jvfio.MemorySection;
import org.jvfio.OtherRegion;
import org.jvfio.RamRegion;
import org.jvfio.ReceivedDescriptor;
import org.jvfio.Vfio;
import org.jvfio.device.DeviceAddress;
import org.jvfio.device.HotResetPlan;
import org.jvfio.device.Migration;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.spi.NativeMemory;

/**
 * The memory and the devices of a small virtual machine: what {@code docs/vmm-guide.md} shows.
 *
 * <p>It has no processors: who calls it plays the guest. <b>Threads.</b> One thread changes the
 * memory map; the guest's IOMMU may be used by another.
 */
public final class SmallVmm implements AutoCloseable {
    /** Where the upper half of the memory usually is: above the addresses that registers take. */
    public static final long HIGH = 1L << 32;

    private static final long REGISTERS = 0xfed0_0000L;
    private static final long IOMMU_BYTES = 1L << 32;

    private final Vfio vfio;
    private final AddressSpace space;
    private final MemoryListener listener;
    private final NativeMemory memory;
    private final RamRegion ram;
    private final Queue<String> unreachable = new ConcurrentLinkedQueue<>();
    private final Map<Long, Translation> translations = new TreeMap<>();
    private final IommuRegion iommu = IommuRegion.of("viommu", IOMMU_BYTES, this::replay);

    /**
     * A machine with this much memory, of which devices reach nothing yet.
     *
     * @param vfio closed with the machine
     * @param bytes an even number of pages
     */
    public SmallVmm(Vfio vfio, long bytes) {
        this.vfio = vfio;
        space = vfio.addressSpace();
        listener = space.memoryListener();
        listener.onFailure((section, refusal) -> unreachable.add(refusal.getMessage()));
        memory = vfio.host().allocate(bytes);
        ram = RamRegion.of("ram", memory.address(), memory.size());
    }

    /** The guest's memory as bytes. */
    public ByteBuffer bytes() {
        return memory.window(0).duplicate().order(ByteOrder.nativeOrder());
    }

    /** What devices could not be given, in words. */
    public List<String> unreachable() {
        return List.copyOf(unreachable);
    }

    /**
     * Lays the memory out: half of it from 0 on, registers, the other half from {@code high} on.
     */
    public void layOut(long high) {
        vfio.host().populate(memory.address(), memory.size());
        long half = memory.size() / 2;
        listener.begin();
        listener.regionAdded(new MemorySection(IovaRange.of(0, half), ram, 0));
        listener.regionAdded(MemorySection.of(REGISTERS, new OtherRegion("registers", 0x1000)));
        listener.regionAdded(new MemorySection(IovaRange.of(high, half), ram, half));
        listener.commit();
    }

    /** Gives the guest a device, through the backend of this name. */
    public PciDevice plug(DeviceAddress<PciDevice> address, String backend) {
        return space.attach(address, AttachOptions.defaults().backend(backend).busMaster(false));
    }

    /** The guest writes to the command register of a device. */
    public void guestSetsBusMaster(PciDevice device, boolean enabled) {
        device.busMaster(enabled);
    }

    private void add(long first, MemoryRegion region) {
        listener.begin();
        listener.regionAdded(MemorySection.of(first, region));
        listener.commit();
    }

    /** An address space for devices that the guest has behind its IOMMU. */
    public AddressSpace behindIommu() {
        AddressSpace translated = vfio.newAddressSpace();
        translated.memoryListener().begin();
        translated.memoryListener().regionAdded(MemorySection.of(0, iommu));
        translated.memoryListener().commit();
        return translated;
    }

    /** The guest's IOMMU translates {@code iova} to an offset in memory from now on. */
    public void guestMaps(long iova, long offset, long bytes) {
        synchronized (translations) {
            Translation made =
                    new Translation(IovaRange.of(iova, bytes), ram, offset, Access.READ_WRITE);
            translations.put(iova, made);
            iommu.map(made);
        }
    }

    /** The guest has invalidated these addresses; no device reaches them when this returns. */
    public void guestUnmaps(IovaRange range) {
        synchronized (translations) {
            translations.values().removeIf(each -> range.contains(each.range()));
            iommu.unmap(range);
        }
    }

    /** What the guest's IOMMU knows, for devices that come later. */
    private void replay(IovaRange range, Consumer<Translation> each) {
        synchronized (translations) {
            translations.values().stream()
                    .filter(known -> known.range().overlaps(range))
                    .forEach(each);
        }
    }

    /** Offers the guest memory that it may plug in blocks. */
    public DiscardableRam offer(long first, RamRegion more, long blockBytes) {
        DiscardableRam pluggable = DiscardableRam.of(more, blockBytes);
        add(first, pluggable);
        return pluggable;
    }

    /** The guest asks for blocks, or gives them back. */
    public void guestResizes(DiscardableRam memory, long offset, long bytes, boolean plug) {
        if (plug) {
            memory.populate(offset, bytes);
        } else {
            memory.discard(offset, bytes);
        }
    }

    /** The guest puts a BAR somewhere, where its other devices may reach it. */
    public SectionState guestPlacesBar(long first, PciDevice device, int number) {
        add(first, new BarRegion(device.name() + " BAR " + number, device.bar(number)));
        return listener.states().stream()
                .filter(state -> state.section().range().first() == first)
                .findFirst()
                .orElseThrow();
    }

    /** Begins to copy the memory while the guest runs. */
    public DirtyLog startCopy(ByteBuffer target) {
        DirtyLog log = space.trackDirty();
        target.put(0, bytes(), 0, target.capacity());
        return log;
    }

    /** Copies the pages that devices wrote since the last time, and says how many. */
    public int copyDirty(DirtyLog log, ByteBuffer target) {
        int page = Math.toIntExact(log.pageSize());
        int pages = target.capacity() / page;
        ByteBuffer bitmap = ByteBuffer.allocateDirect((pages + 63) / 64 * Long.BYTES);
        log.collect(ram, bitmap);
        BitSet dirty = BitSet.valueOf(bitmap.order(ByteOrder.nativeOrder()).asLongBuffer());
        dirty.stream().forEach(each -> target.put(each * page, bytes(), each * page, page));
        return dirty.cardinality();
    }

    /** Stops a device, and sends its state. */
    public long saveDevice(PciDevice device, WritableByteChannel wire) throws IOException {
        Migration migration =
                device.migration()
                        .orElseThrow(() -> new IOException(device.name() + " cannot be moved"));
        return migration.save(wire);
    }

    /** The guest is reset, and says what became of each of its devices. */
    public List<String> reset() {
        return vfio.resetAll().stream()
                .map(each -> each.device() + ": " + each.method() + ": " + each.explanation())
                .toList();
    }

    /** The guest resets the bus of a device: nothing, or what stops it. */
    public List<String> guestResetsBus(PciDevice device) {
        HotResetPlan plan = device.hotReset();
        if (plan.possible()) {
            plan.execute();
        }
        return plan.obstacles();
    }

    /** A session whose devices a virtual machine of KVM is told of. */
    public static Vfio.Builder ofMachine(Vfio.Builder session, int vm) {
        return session.kvm(Descriptor.borrowed(vm));
    }

    /** Gives the guest a device that this process may not open, by a broker that may. */
    public PciDevice plugFromBroker(String socket, PciAddress address) {
        ReceivedDescriptor iommu = vfio.receive(socket, DescriptorBroker.IOMMU);
        ReceivedDescriptor device = vfio.receive(socket, address.name());
        Iommufd object = vfio.iommufd(iommu.borrowed());
        AttachOptions options = AttachOptions.defaults().busMaster(false);
        return space.attach(address, options.iommufd(object).descriptor(device.borrowed()));
    }

    /** Fails unless the host lets {@code devices} devices reach the memory, page tables each. */
    public void requireRoom(String backend, int devices) {
        DmaBudget budget = vfio.budget(backend, DmaDemand.of(space, devices));
        if (!budget.suffices()) {
            throw new IllegalStateException(String.join("; ", budget.shortfalls()));
        }
    }

    /** How many bits of address the guest's IOMMU may promise. */
    public int iommuAddressBits() {
        return space.iommu().addressBits();
    }

    /** Closes the devices first, and gives the memory back when none can reach it any more. */
    @Override
    public void close() {
        vfio.close();
        memory.retire();
    }
}
