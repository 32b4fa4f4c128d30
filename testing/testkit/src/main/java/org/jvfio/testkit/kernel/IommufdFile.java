// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Collection;
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
    private boolean countsForProcess;

    IommufdFile(Machine machine) {
        this.machine = machine;
        this.requests =
                new Requests(machine.abi(), Errno.ENOTTY)
                        .on(IommufdRequests.DESTROY, this::destroy);
        new IoasRequests(this).addTo(requests);
        new HwptRequests(this).addTo(requests);
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

    /** The argument of a request whose struct has always been as long as it is. */
    static UserBytes argument(long address, int size) {
        return argument(address, size, size);
    }

    /**
     * The argument; what a longer struct of a newer header adds must be zero.
     *
     * @param first how long the struct was when it was new
     * @param known how long it is now; see {@link #later}
     */
    static UserBytes argument(long address, int first, int known) {
        UserBytes bytes = UserBytes.sized(address, first);
        int said = Math.min(bytes.i32(0), 4096);
        UserBytes longer = bytes.extended(Math.max(said, first));
        for (int i = known; i < said; i++) {
            Refused.when(longer.u8(i) != 0, Errno.E2BIG);
        }
        return longer;
    }

    /** A field that the struct of an old program does not have: then it is zero. */
    static int later(UserBytes argument, int at) {
        return argument.i32(0) >= at + Integer.BYTES ? argument.i32(at) : 0;
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

    Optional<Member> find(int id) {
        return Optional.ofNullable(members.get(id));
    }

    Member member(int id) {
        return find(id).orElseThrow(() -> new Refused(Errno.ENOENT));
    }

    Collection<Member> members() {
        return members.values();
    }

    Ioas ioas(int id) {
        if (member(id) instanceof Ioas ioas) {
            return ioas;
        }
        throw new Refused(Errno.ENOENT);
    }

    /** Whether pins count for the process ({@code IOMMU_OPTION_RLIMIT_MODE}), not the user. */
    boolean countsForProcess() {
        return countsForProcess;
    }

    /** Decides it, which cannot be done with objects there. */
    void countForProcess(boolean process) {
        Refused.when(!members.isEmpty(), Errno.EBUSY);
        countsForProcess = process;
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
    IommufdBinding bind(Device function) {
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
