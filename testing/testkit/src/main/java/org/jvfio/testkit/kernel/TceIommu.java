// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Ioctl;
import org.jvfio.linux.uapi.VfioRequests;

/**
 * POWER's IOMMU of a container: windows of translation entries, each for one page.
 *
 * <p>Version 1 has one window of 1 GiB, which is charged for as a whole when it is enabled. In
 * version 2 memory is registered, and charged for, before it is mapped, and windows come and go.
 * Error handling (EEH) answers states and resets.
 *
 * <p>It was written from Linux's uAPI and the order of checks in its driver; window, page sizes and
 * levels are those that Linux 7.3 showed on QEMU's pseries. The rest was held against no real
 * kernel. Requests have the numbers of this machine, which is no POWER.
 */
final class TceIommu extends IommuDomain {
    private static final int PAGE_SHIFT = 12;
    private static final long DEFAULT_SIZE = 0x40000000L;
    private static final long SECOND_START = 0x0800_0000_0000_0000L;
    private static final long PAGE_SIZES = 0x1211000L;
    private static final int MOST_WINDOWS = 2;
    private static final int LEVELS = 1;
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int EEH_NORMAL = 0;
    private static final int EEH_RESET = 1;

    private record Window(long start, long size, int shift) {
        boolean contains(long iova) {
            return iova - start >= 0 && iova - start < size;
        }
    }

    private record Registered(long vaddr, long size) {}

    private final Machine machine;
    private final boolean version2;
    private final Requests requests;
    private final List<Window> windows = new ArrayList<>();
    private final List<Registered> registered = new ArrayList<>();
    private long charged;
    private boolean enabled;
    private int state = EEH_NORMAL;

    TceIommu(Machine machine, boolean version2, Requests container) {
        this.machine = machine;
        this.version2 = version2;
        this.windows.add(new Window(0, DEFAULT_SIZE, PAGE_SHIFT));
        this.requests =
                container
                        .on(request("VFIO_IOMMU_SPAPR_TCE_GET_INFO", 12), this::info)
                        .on(VfioRequests.IOMMU_MAP_DMA, this::map)
                        .on(VfioRequests.IOMMU_UNMAP_DMA, this::unmap)
                        .on(request("VFIO_EEH_PE_OP", 21), this::errorHandling);
        if (version2) {
            requests.on(request("VFIO_IOMMU_SPAPR_REGISTER_MEMORY", 17), this::register)
                    .on(request("VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY", 18), this::unregister)
                    .on(request("VFIO_IOMMU_SPAPR_TCE_CREATE", 19), this::create)
                    .on(request("VFIO_IOMMU_SPAPR_TCE_REMOVE", 20), this::remove);
        } else {
            requests.on(request("VFIO_IOMMU_ENABLE", 15), argument -> enable())
                    .on(request("VFIO_IOMMU_DISABLE", 16), argument -> disable());
        }
    }

    private static Ioctl request(String name, int number) {
        return Ioctl.io(name, ';', 100 + number);
    }

    @Override
    public String description() {
        return ContainerFile.PATH;
    }

    Requests requests() {
        return requests;
    }

    private int info(long argument) {
        UserBytes info = UserBytes.sized(argument, 16);
        info.u32(4, version2 ? 1 : 0).u32(8, 0).u32(12, (int) DEFAULT_SIZE);
        if (info.u32(0) >= 32) {
            UserBytes windowsInfo = info.extended(32);
            windowsInfo.u64(16, version2 ? PAGE_SIZES : 0);
            windowsInfo.u32(24, version2 ? MOST_WINDOWS : 0).u32(28, version2 ? LEVELS : 0);
        }
        return 0;
    }

    private int enable() {
        Refused.when(enabled, Errno.EBUSY);
        charge(DEFAULT_SIZE);
        enabled = true;
        return 0;
    }

    private int disable() {
        if (enabled) {
            clear(0, -1L >>> 1);
            charge(-DEFAULT_SIZE);
            enabled = false;
        }
        return 0;
    }

    private void charge(long bytes) {
        machine.pins().charge(PinAccount.Kind.LOCKED, bytes / machine.pageSize());
        charged += bytes;
    }

    private Window window(long iova, Errno refusal) {
        return windows.stream()
                .filter(window -> window.contains(iova))
                .findFirst()
                .orElseThrow(() -> new Refused(refusal));
    }

    private int map(long argument) {
        Refused.when(!enabled, Errno.EPERM);
        UserBytes map = UserBytes.sized(argument, 32);
        int flags = map.i32(4);
        long vaddr = map.u64(8);
        long iova = map.u64(16);
        long size = map.u64(24);
        Refused.when((flags & ~(READ | WRITE)) != 0, Errno.EINVAL);
        Window window = window(iova, Errno.ENXIO);
        long page = 1L << window.shift();
        Refused.when(((size | vaddr | iova) & (page - 1)) != 0 || flags == 0, Errno.EINVAL);
        Refused.when(size > 0 && !window.contains(iova + size - 1), Errno.EINVAL);
        boolean ahead = !version2 || isRegistered(vaddr, size);
        Refused.when(!ahead || page > machine.pageSize(), Errno.EINVAL);
        boolean write = (flags & WRITE) != 0;
        Refused.when(!machine.memory().holds(vaddr, size, write), Errno.EFAULT);
        clear(iova, size);
        for (long at = 0; at < size; at += page) {
            DmaMapping entry =
                    new DmaMapping(iova + at, page, vaddr + at, (flags & READ) != 0, write);
            table().add(entry);
            machine.pins().hold(entry);
        }
        return 0;
    }

    private boolean isRegistered(long vaddr, long size) {
        return registered.stream()
                .anyMatch(r -> vaddr >= r.vaddr() && vaddr + size <= r.vaddr() + r.size());
    }

    private int unmap(long argument) {
        Refused.when(!enabled, Errno.EPERM);
        UserBytes unmap = UserBytes.sized(argument, 24);
        Refused.when(unmap.i32(4) != 0, Errno.EINVAL);
        long iova = unmap.u64(8);
        long size = unmap.u64(16);
        Window window = window(iova, Errno.ENXIO);
        Refused.when((size & ((1L << window.shift()) - 1)) != 0, Errno.EINVAL);
        Refused.when(size > 0 && !window.contains(iova + size - 1), Errno.EINVAL);
        clear(iova, size);
        return 0;
    }

    private void clear(long iova, long size) {
        if (size > 0) {
            for (DmaMapping entry : table().overlapping(iova, iova + size - 1)) {
                table().remove(entry);
                machine.pins().letGo(entry);
            }
        }
    }

    private Registered memory(long argument) {
        UserBytes memory = UserBytes.sized(argument, 24);
        Registered said = new Registered(memory.u64(8), memory.u64(16));
        boolean aligned = ((said.vaddr() | said.size()) & (machine.pageSize() - 1)) == 0;
        Refused.when(memory.i32(4) != 0 || !aligned, Errno.EINVAL);
        return said;
    }

    private int register(long argument) {
        Registered memory = memory(argument);
        Refused.when(registered.contains(memory), Errno.EBUSY);
        boolean there = machine.memory().holds(memory.vaddr(), memory.size(), true);
        Refused.when(!there, Errno.EFAULT);
        charge(memory.size());
        registered.add(memory);
        enabled = true;
        return 0;
    }

    private int unregister(long argument) {
        Registered memory = memory(argument);
        Refused.when(!registered.contains(memory), Errno.ENOENT);
        boolean mapped =
                table().all().stream()
                        .anyMatch(
                                entry ->
                                        entry.vaddr - memory.vaddr() >= 0
                                                && entry.vaddr - memory.vaddr() < memory.size());
        Refused.when(mapped, Errno.EBUSY);
        registered.remove(memory);
        charge(-memory.size());
        return 0;
    }

    private int create(long argument) {
        UserBytes create = UserBytes.sized(argument, 40);
        int shift = create.i32(8);
        long size = create.u64(16);
        Refused.when(create.i32(4) != 0, Errno.EINVAL);
        Refused.when(windows.size() == MOST_WINDOWS, Errno.ENOSPC);
        Refused.when((PAGE_SIZES & 1L << shift) == 0 || Long.bitCount(size) != 1, Errno.EINVAL);
        boolean low = windows.stream().noneMatch(window -> window.start() == 0);
        boolean high = windows.stream().noneMatch(window -> window.start() == SECOND_START);
        // A first window that was removed is not made again while the second place is free.
        long start = high || !low ? SECOND_START : 0;
        windows.add(new Window(start, size, shift));
        create.u64(32, start);
        return 0;
    }

    private int remove(long argument) {
        UserBytes remove = UserBytes.sized(argument, 16);
        Refused.when(remove.i32(4) != 0, Errno.EINVAL);
        Window window = window(remove.u64(8), Errno.EINVAL);
        clear(window.start(), window.size());
        windows.remove(window);
        return 0;
    }

    /** {@code VFIO_EEH_PE_OP}: answers the state, and follows resets. */
    private int errorHandling(long argument) {
        UserBytes operation = UserBytes.sized(argument, 12);
        Refused.when(operation.i32(4) != 0, Errno.EINVAL);
        switch (operation.i32(8)) {
            case 0, 1, 2, 3, 8 -> {}
            case 4 -> {
                return state;
            }
            case 5 -> state = EEH_NORMAL;
            case 6, 7 -> state = EEH_RESET;
            default -> throw new Refused(Errno.EINVAL);
        }
        return 0;
    }

    /** Gives back what the container had. */
    void release() {
        for (Window window : windows) {
            clear(window.start(), window.size());
        }
        charge(-charged);
    }
}
