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
    private final VfioCompat compat = new VfioCompat(this);

    IommufdFile(Machine machine) {
        this.machine = machine;
        this.requests =
                new Requests(machine.abi(), Errno.ENOTTY)
                        .on(IommufdRequests.DESTROY, this::destroy);
        new IoasRequests(this).addTo(requests);
        compat.addTo(requests);
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

    /** The container that this is to groups. */
    VfioCompat compat() {
        return compat;
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, long offset) {
        throw new Refused(Errno.ENXIO);
    }

    /** The argument; what a longer struct of a newer header adds must be zero. */
    static UserBytes argument(long address, int size) {
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

    Ioas ioas(int id) {
        if (member(id) instanceof Ioas ioas) {
            return ioas;
        }
        throw new Refused(Errno.ENOENT);
    }

    private int destroy(long address) {
        int id = argument(address, 8).i32(4);
        Member member = member(id);
        Refused.when(member.inUse(), Errno.EBUSY);
        remove(id);
        compat.forget(member);
        member.destroy();
        return 0;
    }

    /** Makes an empty address space. */
    Ioas allocateIoas() {
        Ioas ioas = new Ioas(machine);
        ioas.named(add(ioas));
        machine.track(ioas);
        return ioas;
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
