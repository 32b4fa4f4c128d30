// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.DeviceNumber;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.uapi.BindIommufd;
import org.jvfio.linux.uapi.VfToken;
import org.jvfio.linux.uapi.VfioRequests;

/** An open device, out of a group or by its own file; the latter does little until it is bound. */
final class DeviceFile extends OpenFile {
    private static final int LONGEST = 4096;

    private final Device device;
    private final @Nullable GroupFile group;
    private final Requests unbound;
    private final Requests bound;
    private @Nullable IommufdBinding binding;
    private @Nullable KvmVmFile vm;

    private DeviceFile(Device device, @Nullable GroupFile group) {
        this.device = device;
        this.group = group;
        var abi = device.machine().abi();
        this.unbound =
                new Requests(abi, Errno.EINVAL).on(VfioRequests.DEVICE_BIND_IOMMUFD, this::bind);
        this.bound =
                new Requests(abi, Errno.ENOTTY)
                        .on(VfioRequests.DEVICE_BIND_IOMMUFD, this::bind)
                        .on(VfioRequests.DEVICE_FEATURE, device.features()::call);
        device.addRequests(bound);
        if (group == null) {
            bound.on(VfioRequests.DEVICE_ATTACH_IOMMUFD_PT, a -> binding().attach(a))
                    .on(VfioRequests.DEVICE_DETACH_IOMMUFD_PT, a -> binding().detach(a));
        }
    }

    static DeviceFile ofGroup(Device device, GroupFile group) {
        DeviceFile file = new DeviceFile(device, group);
        device.opened();
        return file;
    }

    static DeviceFile ofCdev(Device device) {
        return new DeviceFile(device, null);
    }

    @Override
    public String description() {
        return group == null ? device.cdevPath() : group.description() + " " + device.name();
    }

    @Override
    Optional<DeviceNumber> number() {
        return group != null
                ? Optional.empty()
                : Optional.of(new DeviceNumber(FileNodes.CDEV_MAJOR, device.vfioNumber()));
    }

    @Override
    void usedBy(@Nullable KvmVmFile told) {
        vm = told;
    }

    private boolean usable() {
        return group != null || binding != null;
    }

    @Override
    Requests requests() {
        return usable() ? bound : unbound;
    }

    private IommufdBinding binding() {
        if (binding == null) {
            throw new Refused(Errno.EINVAL);
        }
        return binding;
    }

    private int bind(long argument) {
        UserBytes bind = UserBytes.sized(argument, 16);
        checkLonger(argument, bind.u32(0));
        boolean invalid =
                (bind.i32(4) & ~BindIommufd.TOKEN) != 0 || bind.i32(8) < 0 || group != null;
        Refused.when(invalid, Errno.EINVAL);
        device.group().block();
        try {
            Refused.when(binding != null, Errno.EINVAL);
            device.admit(token(bind));
            OpenFile file = device.machine().descriptors().get(bind.i32(8));
            if (!(file instanceof IommufdFile iommufd)) {
                throw new Refused(Refused.EBADFD);
            }
            Refused.when(device.isOpen(), Errno.EINVAL);
            device.openFor(vm);
            binding = iommufd.bind(device);
        } catch (Refused refused) {
            device.group().unblock();
            throw refused;
        }
        device.opened();
        device.binding(binding);
        bind.u32(12, binding.id());
        return 0;
    }

    /** What a longer struct of a newer header adds must be zero. */
    private static void checkLonger(long argument, long size) {
        int said = (int) Math.min(size, LONGEST);
        UserBytes longer = UserBytes.at(argument, said);
        for (int i = BindIommufd.SIZE_WITH_TOKEN; i < said; i++) {
            Refused.when(longer.u8(i) != 0, Errno.E2BIG);
        }
    }

    private static @Nullable UUID token(UserBytes bind) {
        if ((bind.i32(4) & BindIommufd.TOKEN) == 0) {
            return null;
        }
        boolean given = bind.u32(0) > BindIommufd.SIZE;
        long pointer = given ? bind.extended(BindIommufd.SIZE_WITH_TOKEN).u64(16) : 0;
        return UserBytes.at(pointer, VfToken.SIZE).uuid(0);
    }

    @Override
    public long read(long buffer, long count) {
        return pread(buffer, count, 0);
    }

    @Override
    public long write(long buffer, long count) {
        return pwrite(buffer, count, 0);
    }

    @Override
    public long pread(long buffer, long count, long offset) {
        Refused.when(!usable() || offset < 0, Errno.EINVAL);
        return device.read(buffer, count, offset);
    }

    @Override
    public long pwrite(long buffer, long count, long offset) {
        Refused.when(!usable() || offset < 0, Errno.EINVAL);
        return device.write(buffer, count, offset);
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, long offset) {
        Refused.when(!usable() || (flags & Fcntl.MAP_SHARED) == 0, Errno.EINVAL);
        return device.mmap(this, address, length, flags & Fcntl.MAP_FIXED, offset);
    }

    @Override
    void release() {
        if (group != null) {
            device.closed();
            group.deviceClosed(device);
        } else if (binding != null) {
            device.closed();
            device.binding(null);
            binding.release();
            device.group().unblock();
        }
    }
}
