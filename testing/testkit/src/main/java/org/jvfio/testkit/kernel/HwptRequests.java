// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.IommufdRequests;

/**
 * The requests of an iommufd that are about page tables and what the IOMMU can do.
 *
 * <p>The IOMMU is VT-d as QEMU emulates it: no nesting, no page requests, no PASIDs; dirty pages
 * where the machine was built with them.
 */
final class HwptRequests {
    private static final int DIRTY_TRACKING = 2;
    private static final int FAULT_ID_VALID = 4;
    private static final int PASID = 8;
    private static final int ENABLE = 1;
    private static final int NO_CLEAR = 1;
    private static final int INPUT_TYPE = 1;
    private static final int VTD = 1;
    private static final int VTD_SIZE = 24;
    private static final int ERRATA_SPR17 = 1;
    private static final long VTD_CAP = 0x00d2008c222f0686L;
    private static final long VTD_ECAP = 0x00f00f4aL;
    private static final long ECAP_DIRTY = 1L << 45;
    private static final long CAPABLE_OF_DIRTY = 1;
    private static final long NO_ATS = 1 << 3;

    private final IommufdFile file;

    HwptRequests(IommufdFile file) {
        this.file = file;
    }

    void addTo(Requests requests) {
        requests.on(IommufdRequests.HWPT_ALLOC, this::allocate)
                .on(IommufdRequests.GET_HW_INFO, this::info)
                .on(IommufdRequests.HWPT_SET_DIRTY_TRACKING, this::track)
                .on(IommufdRequests.HWPT_GET_DIRTY_BITMAP, this::bitmap)
                .on(IommufdRequests.HWPT_INVALIDATE, a -> nested(a, 32, 32, Errno.ENOENT))
                .on(IommufdRequests.VIOMMU_ALLOC, a -> nested(a, 24, 40, Errno.EOPNOTSUPP))
                .on(IommufdRequests.VDEVICE_ALLOC, a -> nested(a, 24, 24, Errno.ENOENT));
    }

    /** Without nesting there is nothing that these requests could be about. */
    private static int nested(long address, int first, int known, Errno refusal) {
        IommufdFile.argument(address, first, known);
        throw new Refused(refusal);
    }

    private PageTables tables(int id) {
        if (file.member(id) instanceof PageTables tables) {
            return tables;
        }
        throw new Refused(Errno.ENOENT);
    }

    private void checkDevice(int id) {
        boolean translated =
                file.member(id) instanceof IommufdBinding binding && binding.translated();
        Refused.when(!translated, Errno.ENOENT);
    }

    private int allocate(long address) {
        UserBytes argument = IommufdFile.argument(address, 24, 48);
        int flags = argument.i32(4);
        int dataType = IommufdFile.later(argument, 24);
        int dataLength = IommufdFile.later(argument, 28);
        Refused.when(argument.i32(20) != 0, Errno.EOPNOTSUPP);
        Refused.when((dataType == 0) != (dataLength == 0), Errno.EINVAL);
        checkDevice(argument.i32(8));
        Ioas ioas = parent(argument.i32(12), dataType);
        boolean tracking = (flags & DIRTY_TRACKING) != 0;
        boolean unknown = (flags & ~(DIRTY_TRACKING | FAULT_ID_VALID | PASID)) != 0;
        Refused.when(unknown || dataType != 0, Errno.EOPNOTSUPP);
        Refused.when(tracking && !file.machine().tracksDirtyPages(), Errno.EOPNOTSUPP);
        Refused.when((flags & FAULT_ID_VALID) != 0, Errno.ENOENT);
        argument.u32(16, PageTables.asked(file, ioas, tracking).id());
        return 0;
    }

    private Ioas parent(int id, int dataType) {
        IommufdFile.Member parent = file.find(id).orElse(null);
        if (parent instanceof Ioas ioas) {
            return ioas;
        }
        boolean nested = parent instanceof PageTables && dataType == 0;
        throw new Refused(nested ? Errno.EOPNOTSUPP : Errno.EINVAL);
    }

    private int info(long address) {
        UserBytes argument = IommufdFile.argument(address, 32, 40);
        int flags = argument.i32(4);
        Refused.when((flags & ~INPUT_TYPE) != 0, Errno.EOPNOTSUPP);
        Refused.when((argument.i32(28) & ~0xff) != 0, Errno.EOPNOTSUPP);
        checkDevice(argument.i32(8));
        boolean typed = (flags & INPUT_TYPE) != 0;
        Refused.when(typed && (argument.i32(24) & ~VTD) != 0, Errno.EOPNOTSUPP);
        boolean dirty = file.machine().tracksDirtyPages();
        int room = argument.i32(12);
        if (room != 0) {
            ByteBuffer data = ByteBuffer.allocate(Math.max(room, VTD_SIZE));
            data.order(ByteOrder.nativeOrder()).putInt(ERRATA_SPR17).putInt(0);
            data.putLong(VTD_CAP).putLong(VTD_ECAP | (dirty ? ECAP_DIRTY : 0));
            byte[] shown = new byte[room];
            data.get(0, shown);
            UserBytes.at(argument.u64(16), room).bytes(0, shown);
        }
        argument.u32(12, VTD_SIZE).u32(24, VTD).u32(28, 0);
        if (argument.i32(0) >= 40) {
            argument.extended(40).u64(32, NO_ATS | (dirty ? CAPABLE_OF_DIRTY : 0));
        }
        return 0;
    }

    private int track(long address) {
        UserBytes argument = IommufdFile.argument(address, 16);
        int flags = argument.i32(4);
        Refused.when((flags & ~ENABLE) != 0, Errno.EOPNOTSUPP);
        tables(argument.i32(8)).dirty().track((flags & ENABLE) != 0);
        return 0;
    }

    private int bitmap(long address) {
        UserBytes argument = IommufdFile.argument(address, 48);
        int flags = argument.i32(8);
        Refused.when((flags & ~NO_CLEAR) != 0 || argument.i32(12) != 0, Errno.EOPNOTSUPP);
        PageTables tables = tables(argument.i32(4));
        WrittenPages dirty = tables.dirty();
        long first = argument.u64(16);
        long length = argument.u64(24);
        long granule = argument.u64(32);
        WrittenPages.check(first, length, granule, tables.ioas().alignment());
        long last = first + length - 1;
        dirty.report(
                new WrittenPages.Question(
                        first,
                        last,
                        Long.lowestOneBit(granule),
                        argument.u64(40),
                        (flags & NO_CLEAR) == 0),
                tables.ioas().table().overlapping(first, last));
        return 0;
    }
}
