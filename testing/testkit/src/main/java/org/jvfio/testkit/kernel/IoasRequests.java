// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.List;
import org.jvfio.IovaRange;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.IommufdRequests;

/** The requests of an iommufd that are about its address spaces. */
final class IoasRequests {
    private static final int FIXED = 1;
    private static final int WRITEABLE = 2;
    private static final int READABLE = 4;

    private final IommufdFile file;

    IoasRequests(IommufdFile file) {
        this.file = file;
    }

    void addTo(Requests requests) {
        requests.on(IommufdRequests.IOAS_ALLOC, this::allocate)
                .on(IommufdRequests.IOAS_IOVA_RANGES, this::ranges)
                .on(IommufdRequests.IOAS_MAP, this::map)
                .on(IommufdRequests.IOAS_UNMAP, this::unmap);
    }

    private int allocate(long address) {
        UserBytes argument = IommufdFile.argument(address, 12);
        Refused.when(argument.i32(4) != 0, Errno.EOPNOTSUPP);
        argument.u32(8, file.allocateIoas().id());
        return 0;
    }

    private int ranges(long address) {
        UserBytes argument = IommufdFile.argument(address, 32);
        Refused.when(argument.i32(12) != 0, Errno.EOPNOTSUPP);
        Ioas ioas = file.ioas(argument.i32(4));
        List<IovaRange> ranges = ioas.ranges();
        long room = argument.u32(8);
        for (int i = 0; i < ranges.size() && i < room; i++) {
            UserBytes entry = UserBytes.at(argument.u64(16) + i * 16L, 16);
            entry.u64(0, ranges.get(i).first()).u64(8, ranges.get(i).last());
        }
        argument.u32(8, ranges.size()).u64(24, ioas.alignment());
        Refused.when(ranges.size() > room, Errno.EMSGSIZE);
        return 0;
    }

    private int map(long address) {
        UserBytes argument = IommufdFile.argument(address, 40);
        int flags = argument.i32(4);
        long vaddr = argument.u64(16);
        long length = argument.u64(24);
        long iova = argument.u64(32);
        Refused.when((flags & ~(FIXED | WRITEABLE | READABLE)) != 0, Errno.EOPNOTSUPP);
        Refused.when(argument.i32(12) != 0, Errno.EOPNOTSUPP);
        Refused.when(iova == -1 || length == -1, Errno.EOVERFLOW);
        Refused.when((flags & (READABLE | WRITEABLE)) == 0, Errno.EINVAL);
        boolean read = (flags & READABLE) != 0;
        boolean write = (flags & WRITEABLE) != 0;
        Ioas ioas = file.ioas(argument.i32(8));
        if ((flags & FIXED) != 0) {
            ioas.map(iova, vaddr, length, read, write);
        } else {
            argument.u64(32, ioas.mapAnywhere(vaddr, length, read, write));
        }
        return 0;
    }

    private int unmap(long address) {
        UserBytes argument = IommufdFile.argument(address, 24);
        Ioas ioas = file.ioas(argument.i32(4));
        long iova = argument.u64(8);
        long length = argument.u64(16);
        if (iova == 0 && length == -1) {
            argument.u64(16, ioas.unmapAll());
            return 0;
        }
        Refused.when(iova == -1 || length == -1, Errno.EOVERFLOW);
        long[] unmapped = new long[1];
        ioas.unmap(iova, length, bytes -> unmapped[0] += bytes);
        Refused.when(unmapped[0] == 0, Errno.ENOENT);
        argument.u64(16, unmapped[0]);
        return 0;
    }
}
