// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jvfio.linux.Abi;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.Kernel;
import org.jvfio.testkit.device.DmaFault;
import org.jvfio.testkit.device.MediatedParent;

/**
 * The simulated machine: its devices and groups, and what the process has of them.
 *
 * <p><b>Threads.</b> Everything of the machine is reached with {@link #lock()} held.
 */
public final class Machine {
    /** What {@code vfio_iommu_type1.dma_entry_limit} is when nobody says otherwise. */
    static final int USUAL_MAPPINGS = 65535;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition change = lock.newCondition();
    private final Abi abi = Abi.X86_64;
    private final Kernel real;
    private final long pageSize;
    private final DescriptorTable descriptors = new DescriptorTable();
    private final UserMemory memory;
    private final PinAccount pins;
    private final BarViews views;
    private final SimClock clock;
    private final FileNodes files = new FileNodes();
    private final Map<Integer, Group> groups = new TreeMap<>();
    private final Map<String, Device> devices = new TreeMap<>();
    private final List<Runnable> parents = new ArrayList<>();
    private final List<IommuDomain> domains = new ArrayList<>();
    private final List<DmaFault> faults = new ArrayList<>();
    private Sysfs sysfs = new Sysfs(this, false);
    private IommuUnit iommu;
    private boolean unsafeNoIommu;
    private boolean windows;
    private final RegisteredRegions registeredRegions;
    private final Set<Integer> refusedWindows = new HashSet<>();
    private boolean errorsUnhandled;
    private int mappingLimit = USUAL_MAPPINGS;
    private boolean dirtyPages;
    private Credentials user = Credentials.root();

    /** An empty machine whose process has the memory of {@code real}. */
    public Machine(Kernel real, int pageSize, boolean manualTime) {
        this.real = real;
        this.clock = new SimClock(manualTime);
        this.pageSize = pageSize;
        this.iommu = IommuUnit.usual(pageSize);
        this.memory = new UserMemory(real, pageSize);
        this.pins = new PinAccount(memory, pageSize);
        this.registeredRegions = new RegisteredRegions(this);
        this.views = new BarViews(this);
    }

    /** Who the process is. */
    Credentials user() {
        return user;
    }

    /** Makes the process one of another user, to those that it connects to from now on. */
    public void user(int uid, int gid) {
        user = new Credentials(user.pid(), uid, gid);
    }

    /** The lock that every call holds. */
    public ReentrantLock lock() {
        return lock;
    }

    /** The conventions of this machine's requests. */
    public Abi abi() {
        return abi;
    }

    /** The process's descriptors. */
    public DescriptorTable descriptors() {
        return descriptors;
    }

    /** The tree of files. */
    public FileNodes files() {
        return files;
    }

    /** What devices were not allowed to do, oldest first. */
    public List<DmaFault> faults() {
        return faults;
    }

    long pageSize() {
        return pageSize;
    }

    UserMemory memory() {
        return memory;
    }

    PinAccount pins() {
        return pins;
    }

    BarViews views() {
        return views;
    }

    /** The device with this name. */
    public Optional<Device> device(String name) {
        return Optional.ofNullable(devices.get(name));
    }

    /** The PCI functions, by their addresses. */
    List<PciFunction> functions() {
        return devices.values().stream()
                .filter(PciFunction.class::isInstance)
                .map(PciFunction.class::cast)
                .toList();
    }

    Collection<Group> groups() {
        return groups.values();
    }

    Group group(int number) {
        return groups.computeIfAbsent(number, n -> new Group(this, n));
    }

    /** The lowest number that no group has. */
    int freeGroup() {
        return lowestNotIn(groups.keySet());
    }

    private static int lowestNotIn(Collection<Integer> taken) {
        int number = 0;
        while (taken.contains(number)) {
            number++;
        }
        return number;
    }

    /** The lowest N that no {@code vfioN} has. */
    int freeVfioNumber() {
        return lowestNotIn(
                devices.values().stream()
                        .filter(Device::boundToVfio)
                        .map(Device::vfioNumber)
                        .toList());
    }

    Sysfs sysfs() {
        return sysfs;
    }

    /** Makes the files. */
    void build(boolean cdevs) {
        sysfs = new Sysfs(this, cdevs);
        sysfs.build();
        parents.forEach(Runnable::run);
    }

    /** Adds a device whose driver makes mediated ones. */
    void add(MediatedParent parent) {
        parents.add(() -> new MdevParent(this, parent).build());
    }

    /** Adds a subchannel. */
    void add(Subchannel subchannel) {
        parents.add(() -> subchannel.build(this));
    }

    /** Takes a device away, whose group had it alone. */
    void remove(Device device) {
        devices.remove(device.name());
        groups.remove(device.group().number());
    }

    /** A file of memory that is the process's and a device's. */
    MemoryFile newSharedMemory(long bytes) {
        return new MemoryFile(this, real, bytes);
    }

    /** Whether there is such a device. */
    boolean hasDevice(Predicate<Device> such) {
        return devices.values().stream().anyMatch(such);
    }

    void add(Device device) {
        devices.put(device.name(), device);
    }

    /** What the machine's IOMMU translates. */
    IommuUnit iommu() {
        return iommu;
    }

    void iommu(IommuUnit unit) {
        iommu = unit;
    }

    /** Whether the IOMMU is POWER's, with windows. */
    boolean hasWindows() {
        return windows;
    }

    void useWindows() {
        windows = true;
    }

    /** What is registered with POWER's IOMMU. */
    RegisteredRegions registeredRegions() {
        return registeredRegions;
    }

    /** Not empty once the firmware has refused a window. */
    Set<Integer> refusedWindows() {
        return refusedWindows;
    }

    /** Whether POWER's error handling (EEH) is there. */
    boolean handlesErrors() {
        return !errorsUnhandled;
    }

    void handleNoErrors() {
        errorsUnhandled = true;
    }

    /** Whether devices without an IOMMU may be given away: {@code enable_unsafe_noiommu_mode}. */
    boolean unsafeNoIommu() {
        return unsafeNoIommu;
    }

    void allowNoIommu() {
        unsafeNoIommu = true;
    }

    int mappingLimit() {
        return mappingLimit;
    }

    /** Sets {@code dma_entry_limit}, for containers that get their IOMMU from now on. */
    public void mappingLimit(int mappings) {
        mappingLimit = mappings;
    }

    boolean tracksDirtyPages() {
        return dirtyPages;
    }

    /** Gives the IOMMU dirty tracking. */
    void trackDirtyPages() {
        dirtyPages = true;
    }

    /** How much may be pinned by a process that may not lock what it likes. */
    public void lockedMemoryLimit(long bytes) {
        pins.limit(bytes);
    }

    /** Remembers page tables that devices can be behind, so that what is mapped can be listed. */
    void track(IommuDomain domain) {
        domains.add(domain);
    }

    void untrack(IommuDomain domain) {
        domains.remove(domain);
    }

    /** The page tables there are, and whose they are. */
    public List<IommuDomain> domains() {
        return List.copyOf(domains);
    }

    /** Says that something happened that others may wait for. */
    void changed() {
        change.signalAll();
    }

    /**
     * Waits until something holds, with the lock given up meanwhile. A thread's interruption does
     * not end it, as it ends no system call.
     *
     * @param nanos how long at most; negative waits without limit
     * @return whether it holds
     */
    boolean await(BooleanSupplier holds, long nanos) {
        long deadline = clock.now() + (nanos < 0 ? Long.MAX_VALUE / 2 : nanos);
        boolean interrupted = false;
        try {
            while (!holds.getAsBoolean()) {
                if (deadline - clock.now() <= 0) {
                    return false;
                }
                try {
                    change.awaitNanos(clock.pause(deadline));
                    clock.runDue();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Bytes that count as locked ({@code VmLck}). */
    public long lockedBytes() {
        return pins.bytes(PinAccount.Kind.LOCKED);
    }

    /** Bytes that count as pinned ({@code VmPin}). */
    public long pinnedBytes() {
        return pins.bytes(PinAccount.Kind.PINNED);
    }

    /** An eventfd, as {@code eventfd(2)} makes it. */
    public OpenFile newEventFile(int initial, int flags) {
        return new EventFile(this, initial, flags);
    }

    /** Anonymous memory of the process. */
    public long mapAnonymous(long address, long length, int protection, int flags) {
        if ((flags & Fcntl.MAP_FIXED) != 0) {
            displace(address, address + memory.rounded(length));
        }
        return memory.map(address, length, protection, flags);
    }

    /** A file that is memory of so many bytes. */
    public OpenFile newMemoryFile(long bytes) {
        return new MemoryFile(this, real, bytes);
    }

    /** Memory of the process that is a part of one of the machine's own files. */
    long mapShared(int file, long address, long length, int protection, int flags, long offset) {
        if ((flags & Fcntl.MAP_FIXED) != 0) {
            displace(address, address + memory.rounded(length));
        }
        return memory.mapFile(file, address, length, protection, flags, offset);
    }

    /** Takes memory from the process. */
    public void unmap(long address, long length) {
        displace(address, address + memory.rounded(length));
        memory.unmap(address, length);
    }

    /** Refuses to bring in what is no memory: a BAR. */
    public long checkAdvice(long address, long length, int advice) {
        boolean populate =
                advice == Fcntl.MADV_POPULATE_READ || advice == Fcntl.MADV_POPULATE_WRITE;
        Refused.when(populate && views.reachInto(address, address + length), Errno.EINVAL);
        return 0;
    }

    /** Advises the machine's own kernel, whose memory the process has; needs no lock. */
    public int advise(long address, long length, int advice) {
        return real.madvise(address, length, advice);
    }

    private void displace(long start, long end) {
        memory.orphan(pins.pinned(start, end), start, end);
        views.displace(start, end);
    }

    /** Parts of BARs that the process has mapped, for people. */
    public List<String> mappedBars() {
        return views.describe();
    }

    /**
     * Lets what was stored in mapped BARs take effect: a store comes before the system calls that
     * the same thread makes after it.
     *
     * @return whether anything was stored
     */
    public boolean settle() {
        clock.runDue();
        return views.look();
    }

    /** Does something later, on the machine's clock; at once if there is no time to wait. */
    void after(Duration delay, Runnable work) {
        if (delay.isZero() || delay.isNegative()) {
            work.run();
            return;
        }
        clock.after(delay.toNanos(), work);
        if (!clock.isManual()) {
            views.startThread();
        }
        changed();
    }

    /** Whether something is to happen without that the process asks for it. */
    boolean hasWork() {
        return !views.isEmpty() || !(clock.isIdle() || clock.isManual());
    }

    /**
     * Lets time pass on a clock that does not go by itself.
     *
     * @return whether it is such a clock
     */
    public boolean advance(Duration time) {
        if (clock.isManual()) {
            clock.advance(time.toNanos());
            changed();
        }
        return clock.isManual();
    }

    /** Ends what runs beside the callers. */
    public void stop() {
        lock.lock();
        try {
            views.stop();
        } finally {
            lock.unlock();
        }
    }
}
