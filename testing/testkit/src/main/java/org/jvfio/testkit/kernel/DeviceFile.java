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

    private final PciFunction function;
    private final @Nullable GroupFile group;
    private final Requests unbound;
    private final Requests bound;
    private @Nullable IommufdBinding binding;

    private DeviceFile(PciFunction function, @Nullable GroupFile group) {
        this.function = function;
        this.group = group;
        var abi = function.machine().abi();
        DeviceInfoRequests info = new DeviceInfoRequests(function);
        this.unbound =
                new Requests(abi, Errno.EINVAL).on(VfioRequests.DEVICE_BIND_IOMMUFD, this::bind);
        this.bound =
                new Requests(abi, Errno.ENOTTY)
                        .on(VfioRequests.DEVICE_BIND_IOMMUFD, this::bind)
                        .on(VfioRequests.DEVICE_GET_INFO, info::device)
                        .on(VfioRequests.DEVICE_GET_REGION_INFO, info::region)
                        .on(VfioRequests.DEVICE_GET_IRQ_INFO, info::irq)
                        .on(VfioRequests.DEVICE_SET_IRQS, function.irqs()::set)
                        .on(VfioRequests.DEVICE_FEATURE, function.features()::call)
                        .on(VfioRequests.DEVICE_RESET, argument -> reset());
        HotReset hotReset = new HotReset(function);
        bound.on(VfioRequests.DEVICE_GET_PCI_HOT_RESET_INFO, hotReset::info)
                .on(VfioRequests.DEVICE_PCI_HOT_RESET, hotReset::reset);
        if (group == null) {
            bound.on(VfioRequests.DEVICE_ATTACH_IOMMUFD_PT, a -> binding().attach(a))
                    .on(VfioRequests.DEVICE_DETACH_IOMMUFD_PT, a -> binding().detach(a));
        }
    }

    static DeviceFile ofGroup(PciFunction function, GroupFile group) {
        DeviceFile file = new DeviceFile(function, group);
        function.opened();
        return file;
    }

    static DeviceFile ofCdev(PciFunction function) {
        return new DeviceFile(function, null);
    }

    @Override
    public String description() {
        return group == null ? function.cdevPath() : group.description() + " " + function.name();
    }

    @Override
    Optional<DeviceNumber> number() {
        return group != null
                ? Optional.empty()
                : Optional.of(new DeviceNumber(FileNodes.CDEV_MAJOR, function.vfioNumber()));
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
        function.group().block();
        try {
            Refused.when(binding != null, Errno.EINVAL);
            function.admit(token(bind));
            OpenFile file = function.machine().descriptors().get(bind.i32(8));
            if (!(file instanceof IommufdFile iommufd)) {
                throw new Refused(Refused.EBADFD);
            }
            Refused.when(function.isOpen(), Errno.EINVAL);
            binding = iommufd.bind(function);
        } catch (Refused refused) {
            function.group().unblock();
            throw refused;
        }
        function.opened();
        function.binding(binding);
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

    private int reset() {
        function.reset();
        return 0;
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
        return new RegionAccess(function, offset, count).read(buffer);
    }

    @Override
    public long pwrite(long buffer, long count, long offset) {
        Refused.when(!usable() || offset < 0, Errno.EINVAL);
        return new RegionAccess(function, offset, count).write(buffer);
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, long offset) {
        Refused.when(!usable() || (flags & Fcntl.MAP_SHARED) == 0, Errno.EINVAL);
        RegionAccess region = new RegionAccess(function, offset, length);
        return function.machine()
                .views()
                .map(this, function, region, address, length, flags & Fcntl.MAP_FIXED);
    }

    @Override
    void release() {
        if (group != null) {
            function.closed();
            group.deviceClosed(function);
        } else if (binding != null) {
            function.closed();
            function.binding(null);
            binding.release();
            function.group().unblock();
        }
    }
}
