// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;

/**
 * The type 1 IOMMU of a container, version 1 or 2.
 *
 * <p>Version 1 takes mappings away whole where their first address is in the range, and leaves
 * alone those that begin before it; version 2 refuses to cut any, and alone tracks dirty pages.
 */
final class Type1Iommu extends IommuDomain {
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int VADDR = 4;
    private static final int UNMAP_DIRTY_BITMAP = 1;
    private static final int UNMAP_ALL = 2;
    private static final int UNMAP_VADDR = 4;
    private static final int UNMAP_SIZE = 24;
    private static final int UNMAP_BITMAP_SIZE = UNMAP_SIZE + 24;

    private final Machine machine;
    private final BooleanSupplier translating;
    private final boolean version2;
    private final int mappingLimit;
    private final long granule;
    private final DirtyPages dirtyPages;
    private int withdrawn;

    /**
     * An IOMMU without mappings.
     *
     * @param translating whether it translates for a device now; without one, nothing is pinned
     */
    Type1Iommu(Machine machine, boolean version2, BooleanSupplier translating) {
        this.machine = machine;
        this.translating = translating;
        this.version2 = version2;
        this.mappingLimit = machine.mappingLimit();
        this.granule = machine.iommu().granule();
        this.dirtyPages = new DirtyPages(table(), granule);
    }

    @Override
    public String description() {
        return ContainerFile.PATH;
    }

    /** Whether mappings wait for their process addresses; meanwhile no group can come in. */
    boolean awaitsVaddr() {
        return withdrawn > 0;
    }

    /** How many more mappings there can be. */
    int available() {
        return Math.max(0, mappingLimit - table().size());
    }

    /** {@code VFIO_IOMMU_MAP_DMA}. */
    int map(long argument) {
        UserBytes map = UserBytes.sized(argument, 32);
        int flags = map.i32(4);
        long vaddr = map.u64(8);
        long iova = map.u64(16);
        long size = map.u64(24);
        Refused.when((flags & ~(READ | WRITE | VADDR)) != 0, Errno.EINVAL);
        Refused.when(size == 0, Errno.EINVAL);
        Refused.when(wraps(iova, size) || wraps(vaddr, size), Errno.EOVERFLOW);
        boolean setVaddr = (flags & VADDR) != 0;
        boolean access = (flags & (READ | WRITE)) != 0;
        Refused.when(setVaddr == access, Errno.EINVAL);
        Refused.when(((size | iova | vaddr) & (granule - 1)) != 0, Errno.EINVAL);
        if (setVaddr) {
            restoreVaddr(iova, size, vaddr);
        } else {
            boolean write = (flags & WRITE) != 0;
            add(new DmaMapping(iova, size, vaddr, (flags & READ) != 0, write));
        }
        return 0;
    }

    private static boolean wraps(long first, long size) {
        return Long.compareUnsigned(first + size - 1, first) < 0;
    }

    private void add(DmaMapping mapping) {
        Refused.when(!table().isFree(mapping.iova, mapping.last()), Errno.EEXIST);
        Refused.when(available() == 0, Errno.ENOSPC);
        if (translating.getAsBoolean()) {
            pin(mapping);
        }
        table().add(mapping);
        dirtyPages.added(mapping);
    }

    /** Pins memory; of a BAR there is nothing to pin, but it must answer. */
    private void pin(DmaMapping mapping) {
        Refused.when(!machine.iommu().translates(mapping.iova, mapping.last()), Errno.EINVAL);
        BarPart bar = machine.views().part(mapping.vaddr, mapping.vaddr + mapping.length);
        if (bar == null) {
            machine.pins().pin(mapping, PinAccount.Kind.LOCKED);
        } else {
            Refused.when(!bar.answers(), Errno.EFAULT);
            mapping.bar = bar;
        }
    }

    /** Pins what is mapped, when the first device comes that the IOMMU translates for. */
    void pinAll() {
        try {
            table().all().stream().filter(mapping -> !mapping.isPinned()).forEach(this::pin);
        } catch (Refused refused) {
            unpinAll();
            throw refused;
        }
    }

    /** Gives the memory of what is mapped back, when the last such device has gone. */
    void unpinAll() {
        table().all().forEach(machine.pins()::unpin);
    }

    private void restoreVaddr(long iova, long size, long vaddr) {
        List<DmaMapping> there = table().overlapping(iova, iova + size - 1);
        Refused.when(there.isEmpty(), Errno.ENOENT);
        DmaMapping mapping = there.get(0);
        boolean same = mapping.vaddrInvalid && mapping.iova == iova && mapping.length == size;
        Refused.when(!same, Errno.EINVAL);
        machine.pins().restoreVaddr(mapping, vaddr);
        mapping.vaddrInvalid = false;
        withdrawn--;
    }

    /** {@code VFIO_IOMMU_UNMAP_DMA}. */
    int unmap(long argument) {
        UserBytes unmap = UserBytes.sized(argument, UNMAP_SIZE);
        int flags = unmap.i32(4);
        long iova = unmap.u64(8);
        long size = unmap.u64(16);
        Refused.when((flags & ~(UNMAP_DIRTY_BITMAP | UNMAP_ALL | UNMAP_VADDR)) != 0, Errno.EINVAL);
        DirtyPages.Bitmap bitmap = null;
        if ((flags & UNMAP_DIRTY_BITMAP) != 0) {
            boolean alone = flags == UNMAP_DIRTY_BITMAP && unmap.u32(0) >= UNMAP_BITMAP_SIZE;
            Refused.when(!alone, Errno.EINVAL);
            bitmap = DirtyPages.Bitmap.at(UserBytes.at(argument, UNMAP_BITMAP_SIZE), UNMAP_SIZE);
            dirtyPages.check(bitmap, size);
        }
        boolean all = (flags & UNMAP_ALL) != 0;
        checkRange(iova, size, all);
        long last = all ? -1 : iova + size - 1;
        if (bitmap != null) {
            dirtyPages.checkTracking(bitmap);
        }
        if (version2 && !all) {
            table().refuseToCut(iova, last);
        }
        boolean vaddrOnly = (flags & UNMAP_VADDR) != 0;
        unmap.u64(16, vaddrOnly ? withdrawVaddr(iova, last) : unmap(iova, last, bitmap));
        return 0;
    }

    private void checkRange(long iova, long size, boolean all) {
        Refused.when((iova & (granule - 1)) != 0, Errno.EINVAL);
        if (all) {
            Refused.when(iova != 0 || size != 0, Errno.EINVAL);
        } else {
            Refused.when(size == 0 || (size & (granule - 1)) != 0, Errno.EINVAL);
            Refused.when(wraps(iova, size), Errno.EOVERFLOW);
        }
    }

    /** The mappings that an unmap is about. */
    private List<DmaMapping> meant(long first, long last) {
        List<DmaMapping> there = table().overlapping(first, last);
        boolean cut = !there.isEmpty() && Long.compareUnsigned(there.get(0).iova, first) < 0;
        return cut ? List.of() : there;
    }

    private long withdrawVaddr(long first, long last) {
        List<DmaMapping> there = meant(first, last);
        Refused.when(there.stream().anyMatch(m -> m.vaddrInvalid), Errno.EINVAL);
        there.forEach(mapping -> mapping.vaddrInvalid = true);
        withdrawn += there.size();
        return there.stream().mapToLong(mapping -> mapping.length).sum();
    }

    private long unmap(long first, long last, DirtyPages.@Nullable Bitmap bitmap) {
        long unmapped = 0;
        for (DmaMapping mapping : meant(first, last)) {
            if (bitmap != null) {
                dirtyPages.report(mapping, first, bitmap);
            }
            remove(mapping);
            unmapped += mapping.length;
        }
        return unmapped;
    }

    private void remove(DmaMapping mapping) {
        table().remove(mapping);
        machine.pins().unpin(mapping);
        if (mapping.vaddrInvalid) {
            withdrawn--;
        }
    }

    /** {@code VFIO_IOMMU_DIRTY_PAGES}. */
    int dirtyPages(long argument) {
        Refused.when(!version2, Errno.EACCES);
        return dirtyPages.answer(argument);
    }

    /** Takes everything away. */
    void unmapAll() {
        table().all().forEach(this::remove);
    }
}
