// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jvfio.AddressSpace;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.Migration;
import org.jvfio.device.VfioDevice;
import org.jvfio.linux.uapi.DeviceInfo;
import org.jvfio.linux.uapi.IrqInfo;
import org.jvfio.linux.uapi.RegionInfo;
import org.jvfio.spi.DeviceContext;
import org.jvfio.spi.Teardown;

/**
 * An open device as every bus has it: regions, interrupts, reset, and the order of closing.
 *
 * <p>A bus makes one of its {@link DeviceContext} and builds its own kind of device around it.
 */
public final class KernelDevice implements VfioDevice {
    private static final long LISTENER_DEADLINE_MILLIS = 2_000;
    private static final int RESET_TRIES = 10;
    private static final long FIRST_PAUSE_NANOS = 1_000_000;

    private final DeviceContext context;
    private final MemoryMaps memory;
    private final DeviceFd file;
    private final int flags;
    private final DeviceLayout layout;
    private final InterruptThread thread;
    private final DevicePresence presence = new DevicePresence();
    private final DeviceMigration migration;
    private final List<DeviceRegion> regions = new ArrayList<>();
    private final List<DeviceInterrupts> interrupts = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private KernelDevice(DeviceContext context, DeviceFd file, int flags, DeviceLayout layout) {
        this.context = context;
        this.memory = LinuxHost.of(context.host()).memory();
        this.file = file;
        this.flags = flags;
        this.layout = layout;
        this.migration = new DeviceMigration(file);
        this.thread = new InterruptThread(file.kernel(), file.path(), LISTENER_DEADLINE_MILLIS);
    }

    /**
     * Asks the kernel what the device has. Nothing has to be closed if this fails.
     *
     * @param kind the flag of the bus's devices: {@link DeviceInfo#PCI}
     * @throws VfioException if the device is of another kind, or the kernel refuses
     */
    public static KernelDevice open(DeviceContext context, int kind, DeviceLayout layout) {
        LinuxHost host = LinuxHost.of(context.host());
        String name = context.node().name();
        DeviceFd file = DeviceFd.borrow(host.kernel(), context.descriptor(), name);
        try {
            DeviceInfo info = file.info();
            if ((info.flags() & kind) == 0) {
                throw new VfioException(
                        name,
                        "VFIO_DEVICE_GET_INFO",
                        "not a device of the bus %s (flags 0x%x)"
                                .formatted(context.node().bus(), info.flags()));
            }
            KernelDevice device = new KernelDevice(context, file, info.flags(), layout);
            device.readRegions(host, info.regions());
            device.readInterrupts(info.irqs());
            return device;
        } catch (KernelException refused) {
            throw refused.about(name);
        }
    }

    @Override
    public DeviceNode node() {
        return context.node();
    }

    @Override
    public AddressSpace addressSpace() {
        return context.addressSpace();
    }

    @Override
    public String backend() {
        return context.backend();
    }

    @Override
    public String backendReason() {
        return context.backendReason();
    }

    /** The device's file: for requests that only one bus has. It is this device's to close. */
    public DeviceFd file() {
        return file;
    }

    /** Whether the device's memory answers other devices: to be told by who resets it. */
    public DevicePresence presence() {
        return presence;
    }

    @Override
    public int regionCount() {
        return regions.size();
    }

    @Override
    public DeviceRegion region(int index) {
        return member(regions, index, "region");
    }

    @Override
    public int interruptCount() {
        return interrupts.size();
    }

    @Override
    public DeviceInterrupts interrupts(int index) {
        return member(interrupts, index, "interrupt index");
    }

    private <T> T member(List<T> members, int index, String what) {
        if (index < 0 || index >= members.size()) {
            throw new IndexOutOfBoundsException(
                    "%s has no %s %d: there are %d".formatted(name(), what, index, members.size()));
        }
        return members.get(index);
    }

    @Override
    public boolean resettable() {
        return (flags & DeviceInfo.RESET) != 0;
    }

    /**
     * {@inheritDoc}
     *
     * <p>The kernel saves configuration space before the reset and puts it back: a PCI function
     * decodes memory and masters the bus afterwards as it did before. Mapped regions and interrupts
     * stay; an access meanwhile waits. What other devices are given of it is taken from them before
     * and given again afterwards.
     */
    @Override
    public void reset() {
        file.fd();
        if (!resettable()) {
            throw new VfioException(
                    name(),
                    "VFIO_DEVICE_RESET",
                    "the kernel knows no way to reset this device by itself");
        }
        withoutPeers(this::resetAlone);
    }

    /**
     * Runs a reset, of whatever kind, while other devices do not have what they were given of this
     * one; then they have it again.
     */
    public void withoutPeers(Runnable reset) {
        presence.leaves();
        Teardown teardown = new Teardown();
        teardown.step(reset);
        teardown.step(presence::returns);
        teardown.finish();
    }

    private void resetAlone() {
        try {
            resetPatiently();
            migration.ended();
        } catch (KernelException refused) {
            throw refused.about(
                    name(),
                    refused.errno().equals(Errno.EAGAIN)
                            ? "the kernel is busy with the device and does not let go; try later"
                            : refused.errno().meaning());
        }
    }

    /** Tries again for about a second while the kernel holds the device's lock. */
    private void resetPatiently() throws KernelException {
        long pauseNanos = FIRST_PAUSE_NANOS;
        for (int tries = 1; ; tries++, pauseNanos *= 2) {
            try {
                file.reset();
                return;
            } catch (KernelException refused) {
                if (tries == RESET_TRIES || !refused.errno().equals(Errno.EAGAIN)) {
                    throw refused;
                }
                LockSupport.parkNanos(pauseNanos);
            }
        }
    }

    /**
     * Runs {@code work} while the interrupts that a device uses for its work are off; then they are
     * as they were. The device is not closed meanwhile.
     *
     * @param work may ask the device, but not call what waits for another thread
     * @param instead runs in place of {@code work} if the device is closed, or about to be
     */
    public void withoutInterrupts(Runnable work, Runnable instead) {
        // Closing begins with the interrupts, and so waits for whoever is inside here.
        withoutInterrupts(0, () -> (closed.get() ? instead : work).run());
    }

    private void withoutInterrupts(int first, Runnable work) {
        int index = first;
        while (index < interrupts.size() && !layout.exclusive(index)) {
            index++;
        }
        if (index == interrupts.size()) {
            work.run();
            return;
        }
        int next = index + 1;
        interrupts.get(index).without(() -> withoutInterrupts(next, work));
    }

    @Override
    public Optional<Migration> migration() {
        return migration.ifOffered();
    }

    @Override
    public void close() {
        close(() -> {});
    }

    /**
     * Closes the device: other devices' use of it ended, interrupts off, listeners ended, mapped
     * regions taken back, then {@code last}, then the file and the attachment.
     *
     * <p>Nothing happens if it is closed already. Every step is made even if others fail; the first
     * failure is thrown, with the others as suppressed.
     *
     * @param last what the bus still has to tell the device
     */
    public void close(Runnable last) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        Teardown teardown = new Teardown();
        teardown.step(presence::close);
        interrupts.forEach(index -> teardown.step(index::close));
        teardown.step(thread::close);
        regions.forEach(region -> teardown.step(region::close));
        teardown.step(last);
        teardown.step(migration::close);
        teardown.step(file::close);
        teardown.step(context::release);
        // There may be room by now for what could not be taken back above.
        memory.retireLeft();
        teardown.finish();
    }

    @Override
    public String toString() {
        return name();
    }

    private void readRegions(LinuxHost host, int count) throws KernelException {
        for (int i = 0; i < count; i++) {
            regions.add(new DeviceRegion(host, file, regionInfo(i), layout, presence));
        }
    }

    /** What the kernel says of a region; nothing at all if the device cannot have it. */
    private RegionInfo regionInfo(int index) throws KernelException {
        try {
            return file.region(index);
        } catch (KernelException refused) {
            if (refused.errno().equals(Errno.EINVAL)) {
                return new RegionInfo(index, 0);
            }
            throw refused;
        }
    }

    private void readInterrupts(int count) throws KernelException {
        for (int i = 0; i < count; i++) {
            int index = i;
            interrupts.add(
                    new DeviceInterrupts(
                            file,
                            irqInfo(i),
                            layout.interruptName(i),
                            thread,
                            () -> rivalOf(index)));
        }
    }

    private IrqInfo irqInfo(int index) throws KernelException {
        try {
            return file.irq(index);
        } catch (KernelException refused) {
            if (refused.errno().equals(Errno.EINVAL)) {
                return new IrqInfo(index);
            }
            throw refused;
        }
    }

    /** The index that is in use and keeps {@code index} from being used. */
    private Optional<String> rivalOf(int index) {
        if (!layout.exclusive(index)) {
            return Optional.empty();
        }
        for (int other = 0; other < interrupts.size(); other++) {
            if (other != index && layout.exclusive(other) && interrupts.get(other).inUse()) {
                return Optional.of(interrupts.get(other).name());
            }
        }
        return Optional.empty();
    }
}
