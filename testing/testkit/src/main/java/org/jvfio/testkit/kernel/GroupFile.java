// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.DeviceNumber;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.VfioRequests;

/**
 * An open group, {@code /dev/vfio/N}, in a container or with an iommufd.
 *
 * <p>Devices that were opened in a container keep it alive; those with an iommufd do not need it.
 */
final class GroupFile extends OpenFile {
    private static final int VIABLE = 1;
    private static final int CONTAINER_SET = 2;
    private static final int PAGE = 4096;

    private final Group group;
    private final Requests requests;
    private @Nullable ContainerFile container;
    private @Nullable IommufdFile iommufd;
    private @Nullable KvmVmFile vm;
    private int openDevices;

    GroupFile(Group group) {
        this.group = group;
        this.requests =
                new Requests(group.machine().abi(), Errno.ENOTTY)
                        .on(VfioRequests.GROUP_GET_STATUS, this::status)
                        .on(VfioRequests.GROUP_SET_CONTAINER, this::setContainer)
                        .on(VfioRequests.GROUP_UNSET_CONTAINER, argument -> unsetContainer())
                        .on(VfioRequests.GROUP_GET_DEVICE_FD, this::openDevice);
    }

    @Override
    public String description() {
        return group.path();
    }

    @Override
    Optional<DeviceNumber> number() {
        return Optional.of(new DeviceNumber(FileNodes.GROUP_MAJOR, group.number()));
    }

    @Override
    Requests requests() {
        return requests;
    }

    @Override
    void usedBy(@Nullable KvmVmFile told) {
        vm = told;
    }

    Group group() {
        return group;
    }

    @Nullable ContainerFile container() {
        return container;
    }

    private boolean hasContainer() {
        return container != null || iommufd != null;
    }

    private int status(long argument) {
        UserBytes status = UserBytes.sized(argument, 8);
        int free = group.claimed() ? 0 : VIABLE;
        status.u32(4, hasContainer() ? VIABLE | CONTAINER_SET : free);
        return 0;
    }

    private int setContainer(long argument) {
        int descriptor = UserBytes.at(argument, Integer.BYTES).i32(0);
        OpenFile file = group.machine().descriptors().get(descriptor);
        Refused.when(hasContainer(), Errno.EINVAL);
        if (file instanceof ContainerFile joined) {
            joined.attach(group);
            container = joined;
        } else if (file instanceof IommufdFile joined) {
            joined.compat().join(group);
            joined.retain();
            iommufd = joined;
        } else {
            throw new Refused(Refused.EBADFD);
        }
        return 0;
    }

    private int unsetContainer() {
        Refused.when(!hasContainer(), Errno.EINVAL);
        Refused.when(container != null && openDevices > 0, Errno.EBUSY);
        leaveContainer();
        return 0;
    }

    /** Leaves a container; an iommufd is left when the group is closed. */
    void driversGone() {
        if (container != null) {
            leaveContainer();
        }
    }

    private void leaveContainer() {
        ContainerFile left = container;
        IommufdFile leftIommufd = iommufd;
        container = null;
        iommufd = null;
        if (left != null) {
            left.detach(group);
        }
        if (leftIommufd != null) {
            leftIommufd.drop();
        }
    }

    private int openDevice(long argument) {
        Device function = find(UserBytes.string(argument, PAGE));
        group.machine().descriptors().checkRoom();
        Refused.when(!hasContainer() || (container != null && !container.hasIommu()), Errno.EINVAL);
        function.openFor(vm);
        if (iommufd != null) {
            group.bind(function, iommufd);
        } else {
            openDevices++;
            retain();
        }
        return group.machine().descriptors().add(DeviceFile.ofGroup(function, this));
    }

    /** Finds a member by its name, behind which a VF token may stand. */
    private Device find(String text) {
        for (Device member : group.members()) {
            if (member.boundToVfio() && member.isMeantBy(text)) {
                return member;
            }
        }
        throw new Refused(Errno.ENODEV);
    }

    void deviceClosed(Device function) {
        if (!group.unbind(function)) {
            openDevices--;
            drop();
        }
    }

    @Override
    void release() {
        leaveContainer();
        group.closed();
    }
}
