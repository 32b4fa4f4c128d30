// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.jvfio.IovaRange;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.IommufdRequests;
import org.jvfio.linux.uapi.VfioRequests;

/**
 * The container that an iommufd is to programs that know no iommufd: requests of {@code
 * /dev/vfio/vfio}, all about one IOAS.
 *
 * <p>The first group that joins brings the IOAS, unless one was named before. Version 1 of type 1
 * lives on an IOAS without huge pages, whose mappings can be cut.
 */
final class VfioCompat {
    private static final int GET = 0;
    private static final int SET = 1;
    private static final int CLEAR = 2;
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int UNMAP_ALL = 2;
    private static final int INFO_FLAGS = 3;
    private static final int INFO_SIZE = 24;
    private static final int CAPABILITY_HEADER = 8;
    private static final int IOVA_RANGE = 1;
    private static final int DMA_AVAILABLE = 3;

    private final IommufdFile file;
    private @Nullable Ioas ioas;
    private boolean unprotected;

    VfioCompat(IommufdFile file) {
        this.file = file;
    }

    void addTo(Requests requests) {
        requests.on(IommufdRequests.VFIO_IOAS, this::choose)
                .on(VfioRequests.GET_API_VERSION, argument -> VfioRequests.API_VERSION)
                .on(VfioRequests.CHECK_EXTENSION, this::checkExtension)
                .on(VfioRequests.SET_IOMMU, this::setIommu)
                .on(VfioRequests.IOMMU_GET_INFO, this::info)
                .on(VfioRequests.IOMMU_MAP_DMA, this::map)
                .on(VfioRequests.IOMMU_UNMAP_DMA, this::unmap);
    }

    /** The IOAS that the requests are about. */
    Ioas ioas() {
        return Optional.ofNullable(ioas).orElseThrow(() -> new Refused(Errno.ENODEV));
    }

    /** Makes sure that there is an IOAS, as a group that joins does; one without IOMMU has none. */
    void join(Group group) {
        if (!group.hasIommu()) {
            Refused.when(ioas != null, Errno.EINVAL);
            unprotected = true;
        } else if (ioas == null) {
            ioas = file.allocateIoas();
        }
    }

    /** Forgets an IOAS that is destroyed. */
    void forget(IommufdFile.Member destroyed) {
        if (ioas == destroyed) {
            ioas = null;
        }
    }

    private int choose(long address) {
        UserBytes argument = IommufdFile.argument(address, 12);
        Refused.when(argument.u16(10) != 0, Errno.EOPNOTSUPP);
        switch (argument.u16(8)) {
            case GET -> argument.u32(4, ioas().id());
            case SET -> ioas = file.ioas(argument.i32(4));
            case CLEAR -> ioas = null;
            default -> throw new Refused(Errno.EOPNOTSUPP);
        }
        return 0;
    }

    private int checkExtension(long extension) {
        return switch ((int) extension) {
            case VfioRequests.TYPE1_IOMMU, VfioRequests.TYPE1V2_IOMMU, VfioRequests.UNMAP_ALL ->
                    unprotected ? 0 : 1;
            case VfioRequests.NOIOMMU_IOMMU -> 1;
            // This machine's IOMMU cannot make devices coherent; an IOAS that is in none could be.
            case VfioRequests.DMA_CC_IOMMU -> ioas().active() ? 0 : 1;
            default -> 0;
        };
    }

    private int setIommu(long type) {
        if (unprotected) {
            Refused.when(type != VfioRequests.NOIOMMU_IOMMU, Errno.EINVAL);
            return 0;
        }
        boolean version1 = type == VfioRequests.TYPE1_IOMMU;
        Refused.when(!version1 && type != VfioRequests.TYPE1V2_IOMMU, Errno.EINVAL);
        Ioas chosen = ioas();
        if (version1) {
            chosen.hugePages(false);
        }
        return 0;
    }

    private int map(long address) {
        UserBytes map = UserBytes.sized(address, 32);
        int flags = map.i32(4);
        Refused.when((flags & ~(READ | WRITE)) != 0, Errno.EINVAL);
        Ioas target = ioas();
        boolean write = (flags & WRITE) != 0;
        MemoryPart part = MemoryPart.ofProcess(file.machine(), map.u64(8), map.u64(24), write);
        target.map(map.u64(16), List.of(part), (flags & READ) != 0, write);
        return 0;
    }

    private int unmap(long address) {
        UserBytes unmap = UserBytes.sized(address, 24);
        int flags = unmap.i32(4);
        long iova = unmap.u64(8);
        long size = unmap.u64(16);
        Refused.when((flags & ~UNMAP_ALL) != 0, Errno.EINVAL);
        Ioas from = ioas();
        if ((flags & UNMAP_ALL) != 0) {
            Refused.when(iova != 0 || size != 0, Errno.EINVAL);
            unmap.u64(16, from.unmapAll());
            return 0;
        }
        if (!from.hugePages()) {
            from.cutBehind(iova + size - 1);
            if (iova != 0) {
                from.cutBehind(iova - 1);
            }
        }
        unmap.u64(16, 0);
        from.unmap(iova, size, bytes -> unmap.u64(16, unmap.u64(16) + bytes));
        return 0;
    }

    /**
     * Unlike the container of {@code /dev/vfio/vfio}, it writes each capability that there is room
     * for, and leaves the end of the fixed part alone where there is none for it.
     */
    private int info(long address) {
        int argsz = UserBytes.sized(address, 16).i32(0);
        Ioas of = ioas();
        int needed = writeCapabilities(address, argsz, of);
        UserBytes info = UserBytes.at(address, Math.min(argsz, INFO_SIZE));
        info.u32(0, needed).u32(4, INFO_FLAGS);
        info.u64(8, of.active() ? file.machine().iommu().pageSizes() : -file.machine().pageSize());
        byte[] tail = new byte[Math.min(argsz, INFO_SIZE) - 16];
        if (tail.length > 0 && argsz >= needed) {
            tail[0] = INFO_SIZE;
        }
        info.bytes(16, tail);
        return 0;
    }

    /** Writes what fits, and answers how much room everything needs. */
    private static int writeCapabilities(long info, int argsz, Ioas of) {
        int at = INFO_SIZE;
        int available = CAPABILITY_HEADER + 4;
        int next = at + CAPABILITY_HEADER + 8;
        List<IovaRange> ranges = of.ranges();
        int needed = next + CAPABILITY_HEADER + 8 + 16 * ranges.size();
        if (argsz >= at + available) {
            UserBytes bytes = UserBytes.at(info + at, available);
            bytes.u16(0, DMA_AVAILABLE).u16(2, 1).u32(4, argsz >= next ? next : 0).u32(8, -1);
        }
        for (int i = 0; i < ranges.size(); i++) {
            int entry = next + CAPABILITY_HEADER + 8 + 16 * i;
            if (argsz >= entry + 16) {
                UserBytes bytes = UserBytes.at(info + entry, 16);
                bytes.u64(0, ranges.get(i).first()).u64(8, ranges.get(i).last());
            }
        }
        if (argsz >= needed) {
            UserBytes bytes = UserBytes.at(info + next, CAPABILITY_HEADER + 8);
            bytes.u16(0, IOVA_RANGE).u16(2, 1).u32(4, 0).u32(8, ranges.size()).u32(12, 0);
        }
        return needed;
    }
}
