// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.jvfio.Access;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.DirtyLog;
import org.jvfio.DmaBuffer;
import org.jvfio.DmaLimits;
import org.jvfio.DmaWindowSet;
import org.jvfio.IommuProperties;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;
import org.jvfio.MemoryFile;
import org.jvfio.MemoryListener;
import org.jvfio.PeerMapping;
import org.jvfio.RegisteredMemory;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceAddress;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.Region;
import org.jvfio.device.VfioDevice;
import org.jvfio.internal.MappingTable.Owner;
import org.jvfio.spi.Attachment;
import org.jvfio.spi.BusProvider;
import org.jvfio.spi.NativeMemory;
import org.jvfio.spi.PeerRegion;
import org.jvfio.spi.Teardown;
import org.jvfio.spi.VFIOIOMMUOps;

/** An address space of a session: its devices, its buffers, and the lock around its page tables. */
final class IommuAddressSpace implements AddressSpace, LockedPages {
    /** From here on several threads bring pages in sooner than the one that maps them. */
    private static final long WORTH_POPULATING = 4L << 20;

    private final VfioSession session;
    private final String name;
    private final ReentrantLock lock = new ReentrantLock();
    private final PageTables pages;
    private final GuestMap guest = new GuestMap(this);
    private final DmaWindowSet windows = new LockedWindows(this);
    private final List<PinnedBuffer> buffers = new ArrayList<>();
    private final List<VfioDevice> devices = new ArrayList<>();
    private @Nullable DirtyLog dirtyLog;
    private boolean closed;

    IommuAddressSpace(VfioSession session, String name) {
        this.session = session;
        this.name = name;
        this.pages = new PageTables(session.host().pageSize(), this::locked);
    }

    VfioSession session() {
        return session;
    }

    @Override
    public void map(IovaRange range, long vaddr, Access access) {
        lock.lock();
        try {
            checkOpen();
            pages.map(range, vaddr, access);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void map(IovaRange range, long vaddr, Access access, MemoryFile file) {
        if (!file.holds(vaddr, range.length())) {
            throw new IllegalArgumentException(
                    "%s: vaddr 0x%x is not in the mapping %s".formatted(range, vaddr, file));
        }
        lock.lock();
        try {
            checkOpen();
            pages.map(range, vaddr, access, file, Owner.CALLER);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public PeerMapping mapPeer(IovaRange range, Region bar, long offset, Access access) {
        if (!(bar instanceof PeerRegion region)) {
            throw new IllegalArgumentException(bar + ": no region of an open device");
        }
        if (range.length() <= 0) {
            throw new IllegalArgumentException(range + ": more than any BAR has");
        }
        Objects.checkFromIndexSize(offset, range.length(), bar.size());
        return locked(
                () -> {
                    checkOpen();
                    return new LockedPeer(this, pages.mapPeer(range, region, offset, access));
                });
    }

    /** The page tables; the lock is held. */
    PageTables pages() {
        return pages;
    }

    @Override
    public long unmap(IovaRange range) {
        lock.lock();
        try {
            checkOpen();
            pages.checkNotGuest(range);
            guest.checkNoBar(range);
            return range.equals(IovaRange.ALL) ? pages.unmapAll() : pages.unmap(range);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long unmapAll() {
        return unmap(IovaRange.ALL);
    }

    @Override
    public DmaBuffer allocate(long bytes, IovaRange within) {
        if (bytes <= 0) {
            throw new IllegalArgumentException(bytes + " bytes for DMA: at least 1");
        }
        lock.lock();
        try {
            checkOpen();
            IovaRange range = pages.choose(bytes, within);
            NativeMemory memory = memoryFor(range);
            try {
                if (range.length() >= WORTH_POPULATING) {
                    session.host().populate(memory.address(), memory.size());
                }
                pages.map(range, memory.address(), Access.READ_WRITE);
            } catch (RuntimeException refused) {
                Teardown.after(refused, pages::abandon);
                throw Teardown.after(refused, memory::retire);
            }
            pages.taken(range);
            PinnedBuffer buffer = new PinnedBuffer(this, range, memory, bytes);
            buffers.add(buffer);
            return buffer;
        } finally {
            lock.unlock();
        }
    }

    private NativeMemory memoryFor(IovaRange range) {
        try {
            return session.host().allocate(range.length());
        } catch (RuntimeException refused) {
            throw Teardown.after(refused, pages::abandon);
        }
    }

    /** Takes a buffer from the devices, then gives its memory back. */
    void release(PinnedBuffer buffer) {
        lock.lock();
        try {
            if (buffer.isClosed()) {
                return;
            }
            if (pages.isMapped(buffer.place(), buffer.memory().address())) {
                pages.unmap(buffer.place());
            }
            buffers.remove(buffer);
            buffer.retire();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public <D extends VfioDevice> D attach(DeviceAddress<D> address, AttachOptions options) {
        return session.locked(
                () -> {
                    locked(this::checkOpen);
                    BusProvider bus = session.bus(address.bus());
                    DeviceNode node = session.find(address.bus(), address.name(), options);
                    checkFree(node, options);
                    BackendChoice choice = session.choose(node, options);
                    AttachedDevice context = connect(node, options, choice);
                    try {
                        D device = address.deviceType().cast(bus.open(context));
                        locked(() -> devices.add(device));
                        context.attachment().takeOver();
                        return device;
                    } catch (RuntimeException refused) {
                        throw Teardown.after(refused, context::release);
                    }
                });
    }

    private void checkFree(DeviceNode node, AttachOptions options) {
        // Who could open the device's file has what the obstacles are about; the kernel knows best.
        if (options.descriptor().isEmpty() && !node.obstacles().isEmpty()) {
            throw new VfioException(node.name(), "attach", String.join("; ", node.obstacles()));
        }
        if (session.isAttached(node)) {
            throw new IllegalStateException(
                    node.name() + ": attached already; close that device first");
        }
    }

    private AttachedDevice connect(DeviceNode node, AttachOptions options, BackendChoice choice) {
        Attachment attachment = choice.backend().open(node, options);
        try {
            Container container = locked(() -> enter(attachment, choice, node));
            return new AttachedDevice(this, node, options, choice, attachment, container);
        } catch (RuntimeException refused) {
            throw Teardown.after(refused, attachment::close);
        }
    }

    /** Puts the device behind page tables of this address space: those in use, else new ones. */
    private Container enter(Attachment attachment, BackendChoice choice, DeviceNode node) {
        Optional<VFIOIOMMUOps> bound = attachment.bound();
        for (Container container : pages.containers()) {
            boolean fits = bound.isEmpty() || bound.get() == container.opened();
            if (fits
                    && container.backend() == choice.backend()
                    && attachment.join(container.opened())) {
                pages.join(container, new Member(node.name(), attachment));
                return container;
            }
        }
        if (bound.isPresent()) {
            throw new VfioException(
                    node.name(),
                    "attach",
                    "another device of its IOMMU group is in another address space, and a group"
                            + " shares its page tables; attach both to the same one");
        }
        Container container =
                Container.of(choice.backend(), attachment.create(), session.registeredPieces());
        container.enter(new Member(node.name(), attachment));
        return found(container, attachment);
    }

    private Container found(Container container, Attachment attachment) {
        try {
            guest.admit(container, pages);
            pages.add(container);
        } catch (RuntimeException refused) {
            Teardown.after(refused, attachment::close);
            throw Teardown.after(refused, container.tables()::close);
        }
        return container;
    }

    /** Takes a device from its page tables, and gives them back if it was the last. */
    void release(AttachedDevice device) {
        session.locked(
                () -> {
                    if (device.firstRelease()) {
                        try {
                            locked(() -> leave(device));
                        } finally {
                            session.userGone();
                        }
                    }
                    return device;
                });
    }

    private void leave(AttachedDevice device) {
        devices.removeIf(open -> open.node().equals(device.node()));
        Container container = device.container();
        Member member = container.member(device.attachment());
        Teardown teardown = new Teardown();
        teardown.step(() -> pages.leaving(container, member));
        teardown.step(device.attachment()::close);
        if (container.leave(member)) {
            teardown.step(container.tables()::close);
            teardown.step(() -> pages.remove(container));
        } else {
            teardown.step(() -> pages.left(container));
        }
        teardown.finish();
    }

    boolean isClosed() {
        return locked(() -> closed);
    }

    @Override
    public List<VfioDevice> devices() {
        return locked(() -> List.copyOf(devices));
    }

    @Override
    public List<IovaRange> apertures() {
        return locked(pages::apertures);
    }

    @Override
    public Optional<DmaWindowSet> windows() {
        return locked(() -> pages.windows().exists() ? Optional.of(windows) : Optional.empty());
    }

    @Override
    public RegisteredMemory register(long vaddr, long bytes) {
        return locked(
                () -> {
                    checkOpen();
                    return new HeldMemory(this, pages.holds().add(vaddr, bytes));
                });
    }

    /** Memory needs to be kept ready no longer. */
    void release(MemoryHolds.Hold hold) {
        locked(() -> pages.holds().remove(hold));
    }

    @Override
    public long pageSize() {
        return locked(pages::pageSize);
    }

    @Override
    public IommuProperties iommu() {
        return locked(pages::properties);
    }

    @Override
    public DmaLimits limits() {
        return locked(pages::limits);
    }

    @Override
    public List<Mapping> mappings() {
        return locked(pages::mappings);
    }

    @Override
    public DirtyLog trackDirty() {
        lock.lock();
        try {
            checkOpen();
            if (pages.isTracking()) {
                throw new IllegalStateException(
                        name + ": its dirty log is open already; close that first");
            }
            dirtyLog = new TrackedDirtyLog(lock, pages, pages.beginTracking(session.host()));
            return dirtyLog;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        // A device that is being attached comes first, and is closed with the others.
        List<VfioDevice> open = session.locked(() -> locked(this::endWithRegions));
        Teardown teardown = new Teardown();
        locked(() -> Optional.ofNullable(dirtyLog)).ifPresent(log -> teardown.step(log::close));
        for (int i = open.size() - 1; i >= 0; i--) {
            teardown.step(open.get(i)::close);
        }
        for (PinnedBuffer buffer : locked(() -> List.copyOf(buffers))) {
            teardown.step(buffer::close);
        }
        teardown.step(() -> locked(pages::forgetPeers));
        session.forget(this);
        teardown.finish();
    }

    /** From now on it is closed, and what happens to regions is no concern of it. */
    private List<VfioDevice> endWithRegions() {
        closed = true;
        guest.close();
        return List.copyOf(devices);
    }

    @Override
    public MemoryListener memoryListener() {
        return guest;
    }

    @Override
    public <T> T locked(Function<PageTables, T> work) {
        return locked(
                () -> {
                    checkOpen();
                    return work.apply(pages);
                });
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(name + ": closed");
        }
    }

    /** Runs {@code work} with the lock. */
    <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** The same for what has no result. */
    void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
