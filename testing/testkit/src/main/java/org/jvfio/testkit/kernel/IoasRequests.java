// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jvfio.IovaRange;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.IommufdRequests;

/** The requests of an iommufd that are about its address spaces. */
final class IoasRequests {
    private static final int FIXED = 1;
    private static final int WRITEABLE = 2;
    private static final int READABLE = 4;
    private static final int RLIMIT_MODE = 0;
    private static final int HUGE_PAGES = 1;
    private static final int GET = 1;

    private final IommufdFile file;

    IoasRequests(IommufdFile file) {
        this.file = file;
    }

    void addTo(Requests requests) {
        requests.on(IommufdRequests.IOAS_ALLOC, this::allocate)
                .on(IommufdRequests.IOAS_IOVA_RANGES, this::ranges)
                .on(IommufdRequests.IOAS_ALLOW_IOVAS, this::allow)
                .on(IommufdRequests.IOAS_MAP, this::map)
                .on(IommufdRequests.IOAS_MAP_FILE, this::mapFile)
                .on(IommufdRequests.IOAS_COPY, this::copy)
                .on(IommufdRequests.OPTION, this::option)
                .on(IommufdRequests.IOAS_CHANGE_PROCESS, this::changeProcess)
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
        Refused.when(argument.i32(12) != 0, Errno.EOPNOTSUPP);
        checkFlags(argument.i32(4), argument.u64(24), argument.u64(32));
        boolean write = (argument.i32(4) & WRITEABLE) != 0;
        Ioas ioas = file.ioas(argument.i32(8));
        long vaddr = argument.u64(16);
        MemoryPart part = MemoryPart.ofProcess(file.machine(), vaddr, argument.u64(24), write);
        return map(ioas, argument, 32, List.of(part));
    }

    private int mapFile(long address) {
        UserBytes argument = IommufdFile.argument(address, 40);
        checkFlags(argument.i32(4), argument.u64(24), argument.u64(32));
        boolean write = (argument.i32(4) & WRITEABLE) != 0;
        Ioas ioas = file.ioas(argument.i32(8));
        OpenFile source = file.machine().descriptors().get(argument.i32(12));
        long start = argument.u64(16);
        MemoryPart part = MemoryPart.ofFile(file.machine(), source, start, argument.u64(24), write);
        try {
            return map(ioas, argument, 32, List.of(part));
        } catch (Refused refused) {
            part.pages().abandon();
            throw refused;
        }
    }

    private static void checkFlags(int flags, long... lengthAndAddresses) {
        Refused.when((flags & ~(FIXED | WRITEABLE | READABLE)) != 0, Errno.EOPNOTSUPP);
        Refused.when(LongStream.of(lengthAndAddresses).anyMatch(n -> n == -1), Errno.EOVERFLOW);
        Refused.when((flags & (READABLE | WRITEABLE)) == 0, Errno.EINVAL);
    }

    /** Maps as the flags say, and writes where to. */
    private static int map(Ioas ioas, UserBytes argument, int iovaAt, List<MemoryPart> parts) {
        int flags = argument.i32(4);
        boolean read = (flags & READABLE) != 0;
        boolean write = (flags & WRITEABLE) != 0;
        if ((flags & FIXED) != 0) {
            ioas.map(argument.u64(iovaAt), parts, read, write);
        } else {
            argument.u64(iovaAt, ioas.mapAnywhere(parts, read, write));
        }
        return 0;
    }

    private int copy(long address) {
        UserBytes argument = IommufdFile.argument(address, 40);
        long length = argument.u64(16);
        long source = argument.u64(32);
        checkFlags(argument.i32(4), length, argument.u64(24), source);
        List<MemoryPart> parts = file.ioas(argument.i32(12)).parts(source, length);
        return map(file.ioas(argument.i32(8)), argument, 24, parts);
    }

    private int allow(long address) {
        UserBytes argument = IommufdFile.argument(address, 24);
        Refused.when(argument.i32(12) != 0, Errno.EOPNOTSUPP);
        Ioas ioas = file.ioas(argument.i32(4));
        List<IovaRange> ranges = new ArrayList<>();
        for (int i = 0; i < argument.u32(8); i++) {
            UserBytes entry = UserBytes.at(argument.u64(16) + i * 16L, 16);
            boolean backwards = Long.compareUnsigned(entry.u64(0), entry.u64(8)) >= 0;
            Refused.when(backwards, Errno.EINVAL);
            ranges.add(new IovaRange(entry.u64(0), entry.u64(8)));
        }
        ioas.prefer(ranges);
        return 0;
    }

    private int option(long address) {
        UserBytes argument = IommufdFile.argument(address, 24);
        Refused.when(argument.u16(10) != 0, Errno.EOPNOTSUPP);
        int object = argument.i32(12);
        switch (argument.i32(4)) {
            case RLIMIT_MODE -> {
                Refused.when(object != 0, Errno.EOPNOTSUPP);
                option(argument, file.countsForProcess(), file::countForProcess);
            }
            case HUGE_PAGES -> {
                Ioas ioas = file.ioas(object);
                option(argument, ioas.hugePages(), ioas::hugePages);
            }
            default -> throw new Refused(Errno.EOPNOTSUPP);
        }
        return 0;
    }

    private static void option(UserBytes argument, boolean is, Consumer<Boolean> setter) {
        int operation = argument.u16(8);
        Refused.when(operation > GET, Errno.EOPNOTSUPP);
        if (operation == GET) {
            argument.u64(16, is ? 1 : 0);
        } else {
            Refused.when((argument.u64(16) & ~1) != 0, Errno.EINVAL);
            setter.accept(argument.u64(16) == 1);
        }
    }

    /** This process has nothing to take over, but memory of its own cannot be taken over at all. */
    private int changeProcess(long address) {
        UserBytes argument = IommufdFile.argument(address, 8);
        Refused.when(argument.i32(4) != 0, Errno.EOPNOTSUPP);
        boolean own =
                file.members().stream().anyMatch(m -> m instanceof Ioas i && i.showsProcess());
        Refused.when(own, Errno.EINVAL);
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
