// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Optional;
import java.util.TreeMap;
import org.jvfio.linux.DeviceNumber;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.IommufdRequests;

/** An open {@code /dev/iommu} and its objects; bound devices keep it alive. */
final class IommufdFile extends OpenFile {
    static final String PATH = "/dev/iommu";
    static final DeviceNumber NUMBER = new DeviceNumber(10, 257);

    /** An object of the file, by whatever name: IOAS, page table, device. */
    interface Member {
        /** Whether something needs it. */
        boolean inUse();

        /** Ends it. */
        void destroy();
    }

    private final Machine machine;
    private final TreeMap<Integer, Member> members = new TreeMap<>();
    private final Requests requests;

    IommufdFile(Machine machine) {
        this.machine = machine;
        this.requests =
                new Requests(machine.abi(), Errno.ENOTTY)
                        .on(IommufdRequests.DESTROY, this::destroy)
                        .on(IommufdRequests.IOAS_ALLOC, this::allocate)
                        .on(IommufdRequests.IOAS_IOVA_RANGES, this::ranges)
                        .on(IommufdRequests.IOAS_MAP, this::map)
                        .on(IommufdRequests.IOAS_UNMAP, this::unmap);
    }

    @Override
    public String description() {
        return PATH;
    }

    @Override
    Optional<DeviceNumber> number() {
        return Optional.of(NUMBER);
    }

    @Override
    Requests requests() {
        return requests;
    }

    Machine machine() {
        return machine;
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, long offset) {
        throw new Refused(Errno.ENXIO);
    }

    /** The argument; what a longer struct of a newer header adds must be zero. */
    private static UserBytes argument(long address, int size) {
        UserBytes bytes = UserBytes.sized(address, size);
        int said = Math.min(bytes.i32(0), 4096);
        UserBytes longer = bytes.extended(said);
        for (int i = size; i < said; i++) {
            Refused.when(longer.u8(i) != 0, Errno.E2BIG);
        }
        return bytes;
    }

    /** Gives an object the lowest number that is free. */
    int add(Member member) {
        int id = 1;
        while (members.containsKey(id)) {
            id++;
        }
        members.put(id, member);
        return id;
    }

    void remove(int id) {
        members.remove(id);
    }

    Member member(int id) {
        Member member = members.get(id);
        if (member == null) {
            throw new Refused(Errno.ENOENT);
        }
        return member;
    }

    private Ioas ioas(UserBytes argument, int at) {
        if (member(argument.i32(at)) instanceof Ioas ioas) {
            return ioas;
        }
        throw new Refused(Errno.ENOENT);
    }

    private int destroy(long address) {
        int id = argument(address, 8).i32(4);
        Member member = member(id);
        Refused.when(member.inUse(), Errno.EBUSY);
        remove(id);
        member.destroy();
        return 0;
    }

    private int allocate(long address) {
        UserBytes argument = argument(address, 12);
        Refused.when(argument.i32(4) != 0, Errno.EOPNOTSUPP);
        Ioas ioas = new Ioas(this);
        ioas.named(add(ioas));
        machine.track(ioas);
        argument.u32(8, ioas.id());
        return 0;
    }

    private int ranges(long address) {
        UserBytes argument = argument(address, 32);
        Refused.when(argument.i32(12) != 0, Errno.EOPNOTSUPP);
        return ioas(argument, 4).ranges(argument);
    }

    private int map(long address) {
        UserBytes argument = argument(address, 40);
        int flags = argument.i32(4);
        Refused.when((flags & ~7) != 0 || argument.i32(12) != 0, Errno.EOPNOTSUPP);
        Refused.when(argument.u64(32) == -1 || argument.u64(24) == -1, Errno.EOVERFLOW);
        Refused.when((flags & (Ioas.READABLE | Ioas.WRITEABLE)) == 0, Errno.EINVAL);
        argument.u64(32, ioas(argument, 8).map(argument));
        return 0;
    }

    private int unmap(long address) {
        UserBytes argument = argument(address, 24);
        argument.u64(16, ioas(argument, 4).unmap(argument.u64(8), argument.u64(16)));
        return 0;
    }

    /** Makes a device an object of this file, and takes its group's DMA. */
    IommufdBinding bind(PciFunction function) {
        function.group().claimShared(this);
        IommufdBinding binding = new IommufdBinding(this, function);
        binding.named(add(binding));
        retain();
        return binding;
    }

    @Override
    void release() {
        while (!members.isEmpty()) {
            Member member = members.pollLastEntry().getValue();
            member.destroy();
        }
    }
}
