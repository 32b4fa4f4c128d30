// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.testkit.kernel.RegisteredRegions.Region;
import org.jvfio.testkit.kernel.TceWindows.Window;

/**
 * POWER's IOMMU of a container: windows of translation entries, each for one page.
 *
 * <p>Version 1 has one window of 1 GiB, which is charged for as a whole when it is enabled. In
 * version 2 memory is registered, and charged for, before it is mapped, and windows come and go.
 * Error handling (EEH) answers states and resets.
 *
 * <p>It answers as Linux 7.3 was seen to do on QEMU's pseries; but EEH, which no emulated machine
 * has, was written from Linux's uAPI alone. Requests have the numbers of this machine, which is no
 * POWER.
 */
final class TceIommu extends IommuDomain {
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int EEH_NORMAL = 0;
    private static final int EEH_RESET = 1;
    private static final int BAD_PLACE = 1;

    private final Machine machine;
    private final boolean version2;
    private final Requests requests;
    private final TceWindows windows;
    private final List<Region> registered = new ArrayList<>();
    private boolean enabled;
    private int state = EEH_NORMAL;

    /**
     * That of a container.
     *
     * @param groups how many groups are in it
     * @param container what it answers whatever its IOMMU is
     */
    TceIommu(Machine machine, boolean version2, IntSupplier groups, Requests container) {
        this.machine = machine;
        this.version2 = version2;
        this.windows = new TceWindows(machine, groups, machine.refusedWindows());
        this.requests =
                container
                        .on(VfioRequests.SPAPR_TCE_GET_INFO, this::info)
                        .on(VfioRequests.IOMMU_MAP_DMA, this::map)
                        .on(VfioRequests.IOMMU_UNMAP_DMA, this::unmap)
                        .on(VfioRequests.EEH_PE_OP, this::errorHandling);
        if (version2) {
            requests.on(VfioRequests.SPAPR_REGISTER_MEMORY, this::register)
                    .on(VfioRequests.SPAPR_UNREGISTER_MEMORY, this::unregister)
                    .on(VfioRequests.SPAPR_TCE_CREATE, this::create)
                    .on(VfioRequests.SPAPR_TCE_REMOVE, this::remove);
        } else {
            requests.on(VfioRequests.IOMMU_ENABLE, argument -> enable())
                    .on(VfioRequests.IOMMU_DISABLE, argument -> disable());
        }
    }

    @Override
    public String description() {
        return ContainerFile.PATH;
    }

    Requests requests() {
        return requests;
    }

    /** Whether another group may come in: version 1 takes one, and version 2 all before a table. */
    void admit() {
        Refused.when(!version2, Errno.EBUSY);
        Refused.when(!windows.all().isEmpty(), Errno.EPERM);
    }

    private int info(long argument) {
        UserBytes info = UserBytes.sized(argument, 16);
        info.u32(4, version2 ? 1 : 0).u32(8, 0).u32(12, (int) TceWindows.FIRST_SIZE);
        if (info.u32(0) >= 32) {
            UserBytes windowsInfo = info.extended(32);
            windowsInfo.u64(16, version2 ? TceWindows.PAGE_SIZES : 0);
            windowsInfo
                    .u32(24, version2 ? TceWindows.MOST : 0)
                    .u32(28, version2 ? TceWindows.LEVELS : 0);
        }
        return 0;
    }

    private int enable() {
        Refused.when(enabled, Errno.EBUSY);
        charge(TceWindows.FIRST_SIZE);
        enabled = true;
        return 0;
    }

    private int disable() {
        if (enabled) {
            enabled = false;
            charge(-TceWindows.FIRST_SIZE);
        }
        return 0;
    }

    private void charge(long bytes) {
        machine.pins().charge(PinAccount.Kind.LOCKED, bytes / machine.pageSize());
    }

    private int map(long argument) {
        Refused.when(!enabled, Errno.EPERM);
        UserBytes map = UserBytes.sized(argument, 32);
        int flags = map.i32(4);
        long vaddr = map.u64(8);
        long iova = map.u64(16);
        long size = map.u64(24);
        Refused.when((flags & ~(READ | WRITE)) != 0, Errno.EINVAL);
        windows.ensureFirst();
        Window window = windows.at(iova, Errno.ENXIO);
        long page = 1L << window.shift();
        Refused.when(((size | vaddr) & (page - 1)) != 0 || flags == 0, Errno.EINVAL);
        if ((iova & (page - 1)) != 0) {
            return BAD_PLACE;
        }
        checkWithin(window, iova, size);
        for (long at = 0; at < size; at += page) {
            clear(iova + at, page);
            boolean done = enter(window, iova + at, vaddr + at, flags);
            if (!done) {
                clear(iova, at);
                throw new Refused(version2 ? Errno.EINVAL : Errno.EFAULT);
            }
        }
        return 0;
    }

    /** Linux 7.3 writes behind the window's table, in version 2 so that it dies of it. */
    private static void checkWithin(Window window, long iova, long size) {
        if (size > 0 && !window.contains(iova + size - 1)) {
            throw new IllegalStateException(
                    "0x%x bytes at 0x%x: more than the window has, which kills a real kernel"
                            .formatted(size, iova));
        }
    }

    private boolean enter(Window window, long iova, long vaddr, int flags) {
        long page = 1L << window.shift();
        Optional<Region> region = machine.registeredRegions().holding(vaddr, page);
        boolean allowed = version2 ? region.isPresent() && page <= machine.pageSize() : true;
        if (!allowed || !(version2 || machine.registeredRegions().canBePinned(vaddr, page))) {
            return false;
        }
        DmaMapping entry =
                new DmaMapping(iova, page, vaddr, (flags & READ) != 0, (flags & WRITE) != 0);
        table().add(entry);
        machine.pins().hold(entry);
        if (version2) {
            region.ifPresent(pinned -> pinned.mapped(1));
        }
        return true;
    }

    private int unmap(long argument) {
        Refused.when(!enabled, Errno.EPERM);
        UserBytes unmap = UserBytes.sized(argument, 24);
        Refused.when(unmap.i32(4) != 0, Errno.EINVAL);
        long iova = unmap.u64(8);
        long size = unmap.u64(16);
        Window window = windows.at(iova, Errno.ENXIO);
        long within = (1L << window.shift()) - 1;
        Refused.when((size & within) != 0, Errno.EINVAL);
        if ((iova & within) != 0 || (size > 0 && !window.contains(iova + size - 1))) {
            return BAD_PLACE;
        }
        clear(iova, size);
        return 0;
    }

    private void clear(long iova, long size) {
        if (size > 0) {
            for (DmaMapping entry : table().overlapping(iova, iova + size - 1)) {
                table().remove(entry);
                machine.pins().letGo(entry);
                if (version2) {
                    machine.registeredRegions()
                            .holding(entry.vaddr, entry.length)
                            .ifPresent(region -> region.mapped(-1));
                }
            }
        }
    }

    private UserBytes memory(long argument) {
        UserBytes memory = UserBytes.sized(argument, 24);
        long vaddr = memory.u64(8);
        long size = memory.u64(16);
        boolean aligned = ((vaddr | size) & (machine.pageSize() - 1)) == 0;
        Refused.when(memory.i32(4) != 0 || !aligned || vaddr + size < vaddr, Errno.EINVAL);
        return memory;
    }

    private int register(long argument) {
        UserBytes memory = memory(argument);
        RegisteredRegions all = machine.registeredRegions();
        Optional<Region> same = all.find(memory.u64(8), memory.u64(16));
        Refused.when(same.isPresent() && registered.contains(same.get()), Errno.EBUSY);
        if (same.isPresent()) {
            all.use(same.get());
            registered.add(same.get());
        } else {
            int pages = all.pinnable(memory.u64(8), memory.u64(16));
            if (pages > 0 && pages < memory.u64(16) / machine.pageSize()) {
                return pages;
            }
            registered.add(all.add(memory.u64(8), memory.u64(16)));
        }
        enabled = true;
        return 0;
    }

    private int unregister(long argument) {
        UserBytes memory = memory(argument);
        RegisteredRegions all = machine.registeredRegions();
        Region region =
                all.find(memory.u64(8), memory.u64(16))
                        .filter(registered::contains)
                        .orElseThrow(() -> new Refused(Errno.ENOENT));
        registered.remove(region);
        all.leave(region);
        return 0;
    }

    private int create(long argument) {
        UserBytes create = UserBytes.sized(argument, 40);
        Refused.when(create.i32(4) != 0, Errno.EINVAL);
        windows.ensureFirst();
        create.u64(32, windows.create(create.u64(16), create.i32(8), create.i32(24)));
        return 0;
    }

    private int remove(long argument) {
        UserBytes remove = UserBytes.sized(argument, 16);
        Refused.when(remove.i32(4) != 0, Errno.EINVAL);
        windows.remove(remove.u64(8), this::clear);
        return 0;
    }

    private void clear(Window window) {
        clear(window.start(), window.size());
    }

    /** {@code VFIO_EEH_PE_OP}: answers the state, and follows resets. */
    private int errorHandling(long argument) {
        Refused.when(!machine.handlesErrors(), Errno.ENODEV);
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
        for (Window window : windows.all()) {
            windows.remove(window.start(), this::clear);
        }
        registered.forEach(machine.registeredRegions()::leave);
        registered.clear();
        if (!version2) {
            disable();
        }
    }
}
