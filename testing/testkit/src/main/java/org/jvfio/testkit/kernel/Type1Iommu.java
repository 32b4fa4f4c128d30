// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.List;
import org.jvfio.linux.Errno;

/**
 * The type 1 IOMMU of a container, version 1 or 2.
 *
 * <p>Version 1 takes mappings away whole where their first address is in the range, and leaves
 * alone those that begin before it; version 2 refuses to cut any.
 */
final class Type1Iommu extends IommuDomain {
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int VADDR = 4;
    private static final int UNMAP_DIRTY_BITMAP = 1;
    private static final int UNMAP_ALL = 2;
    private static final int UNMAP_VADDR = 4;
    static final long HUGE_PAGES = 0x40200000L;
    private static final int MAX_DIRTY_BITMAP = 256 << 20;

    private final Machine machine;
    private final boolean version2;
    private final int mappingLimit;

    Type1Iommu(Machine machine, boolean version2) {
        this.machine = machine;
        this.version2 = version2;
        this.mappingLimit = machine.mappingLimit();
    }

    @Override
    public String description() {
        return ContainerFile.PATH;
    }

    private long available() {
        return Math.max(0, mappingLimit - table().size());
    }

    /** {@code VFIO_IOMMU_GET_INFO}. */
    int info(long argument) {
        UserBytes fixed = UserBytes.sized(argument, 16);
        int argsz = fixed.i32(0);
        CapabilityWriter capabilities =
                new CapabilityWriter()
                        .add(
                                2,
                                1,
                                24,
                                b ->
                                        b.putInt(0)
                                                .putInt(0)
                                                .putLong(machine.pageSize())
                                                .putLong(MAX_DIRTY_BITMAP))
                        .add(3, 1, 4, b -> b.putInt((int) available()))
                        .add(
                                1,
                                1,
                                40,
                                b ->
                                        b.putInt(2)
                                                .putInt(0)
                                                .putLong(0)
                                                .putLong(Machine.MSI_FIRST - 1)
                                                .putLong(Machine.MSI_LAST + 1)
                                                .putLong(Machine.APERTURE_LAST));
        fixed.u32(4, 3).u64(8, machine.pageSize() | HUGE_PAGES);
        int offset = capabilities.write(argument, argsz, 24);
        if (argsz >= 20) {
            fixed.extended(20).u32(16, offset);
        }
        if (argsz < 24 + capabilities.size()) {
            fixed.u32(0, 24 + capabilities.size());
        }
        return 0;
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
        Refused.when(((size | iova | vaddr) & (machine.pageSize() - 1)) != 0, Errno.EINVAL);
        List<DmaMapping> there = table().overlapping(iova, iova + size - 1);
        if (setVaddr) {
            restoreVaddr(there, iova, size, vaddr);
        } else {
            Refused.when(!there.isEmpty(), Errno.EEXIST);
            Refused.when(available() == 0, Errno.ENOSPC);
            Refused.when(!translates(iova, iova + size - 1), Errno.EINVAL);
            boolean write = (flags & WRITE) != 0;
            pin(new DmaMapping(iova, size, vaddr, (flags & READ) != 0, write));
        }
        return 0;
    }

    private static boolean wraps(long first, long size) {
        return Long.compareUnsigned(first + size - 1, first) < 0;
    }

    private static boolean translates(long first, long last) {
        boolean below = Long.compareUnsigned(last, Machine.MSI_FIRST) < 0;
        boolean above =
                Long.compareUnsigned(first, Machine.MSI_LAST) > 0
                        && Long.compareUnsigned(last, Machine.APERTURE_LAST) <= 0;
        return below || above;
    }

    private void pin(DmaMapping mapping) {
        machine.pins().pin(mapping, PinAccount.Kind.LOCKED);
        table().add(mapping);
    }

    private static void restoreVaddr(List<DmaMapping> there, long iova, long size, long vaddr) {
        Refused.when(there.isEmpty(), Errno.ENOENT);
        DmaMapping mapping = there.get(0);
        boolean same = mapping.vaddrInvalid && mapping.iova == iova && mapping.length == size;
        Refused.when(!same, Errno.EINVAL);
        mapping.vaddr = vaddr;
        mapping.vaddrInvalid = false;
    }

    /** {@code VFIO_IOMMU_UNMAP_DMA}. */
    int unmap(long argument) {
        UserBytes unmap = UserBytes.sized(argument, 24);
        int flags = unmap.i32(4);
        long iova = unmap.u64(8);
        long size = unmap.u64(16);
        Refused.when((flags & ~(UNMAP_DIRTY_BITMAP | UNMAP_ALL | UNMAP_VADDR)) != 0, Errno.EINVAL);
        // Dirty pages are not tracked here yet, and without tracking the kernel refuses this flag.
        Refused.when((flags & UNMAP_DIRTY_BITMAP) != 0, Errno.EINVAL);
        long pageMask = machine.pageSize() - 1;
        Refused.when((iova & pageMask) != 0, Errno.EINVAL);
        boolean all = (flags & UNMAP_ALL) != 0;
        if (all) {
            Refused.when(iova != 0 || size != 0, Errno.EINVAL);
        } else {
            Refused.when(size == 0 || (size & pageMask) != 0, Errno.EINVAL);
            Refused.when(wraps(iova, size), Errno.EOVERFLOW);
        }
        long last = all ? -1 : iova + size - 1;
        if (version2 && !all) {
            refuseToCut(iova, last);
        }
        boolean vaddrOnly = (flags & UNMAP_VADDR) != 0;
        unmap.u64(16, vaddrOnly ? withdrawVaddr(iova, last) : unmap(iova, last));
        return 0;
    }

    private void refuseToCut(long first, long last) {
        DmaMapping atFirst = table().at(first);
        DmaMapping atLast = table().at(last);
        Refused.when(atFirst != null && atFirst.iova != first, Errno.EINVAL);
        Refused.when(atLast != null && atLast.last() != last, Errno.EINVAL);
    }

    private long withdrawVaddr(long first, long last) {
        List<DmaMapping> there = table().overlapping(first, last);
        Refused.when(there.stream().anyMatch(m -> m.vaddrInvalid), Errno.EINVAL);
        there.forEach(mapping -> mapping.vaddrInvalid = true);
        return there.stream().mapToLong(mapping -> mapping.length).sum();
    }

    private long unmap(long first, long last) {
        long unmapped = 0;
        for (DmaMapping mapping : table().overlapping(first, last)) {
            if (!version2 && Long.compareUnsigned(first, mapping.iova) > 0) {
                break;
            }
            remove(mapping);
            unmapped += mapping.length;
        }
        return unmapped;
    }

    private void remove(DmaMapping mapping) {
        table().remove(mapping);
        machine.pins().unpin(mapping);
    }

    /** Takes everything away. */
    void unmapAll() {
        table().all().forEach(this::remove);
    }
}
