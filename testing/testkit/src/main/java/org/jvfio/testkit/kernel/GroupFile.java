// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.DeviceNumber;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.VfioRequests;

/** An open group, {@code /dev/vfio/N}; its open devices keep it alive. */
final class GroupFile extends OpenFile {
    private static final int VIABLE = 1;
    private static final int CONTAINER_SET = 2;
    private static final int PAGE = 4096;

    private final Group group;
    private final Requests requests;
    private @Nullable ContainerFile container;
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

    @Nullable ContainerFile container() {
        return container;
    }

    private int status(long argument) {
        UserBytes status = UserBytes.sized(argument, 8);
        int free = group.claimed() ? 0 : VIABLE;
        status.u32(4, container != null ? VIABLE | CONTAINER_SET : free);
        return 0;
    }

    private int setContainer(long argument) {
        int descriptor = UserBytes.at(argument, Integer.BYTES).i32(0);
        OpenFile file = group.machine().descriptors().get(descriptor);
        Refused.when(container != null, Errno.EINVAL);
        if (!(file instanceof ContainerFile joined)) {
            throw new Refused(Refused.EBADFD);
        }
        joined.attach(group);
        container = joined;
        return 0;
    }

    private int unsetContainer() {
        Refused.when(container == null, Errno.EINVAL);
        Refused.when(openDevices > 0, Errno.EBUSY);
        leaveContainer();
        return 0;
    }

    private void leaveContainer() {
        ContainerFile left = container;
        container = null;
        if (left != null) {
            left.detach(group);
        }
    }

    private int openDevice(long argument) {
        PciFunction function = find(UserBytes.string(argument, PAGE));
        Refused.when(container == null || !container.hasIommu(), Errno.EINVAL);
        group.machine().descriptors().checkRoom();
        openDevices++;
        retain();
        return group.machine().descriptors().add(DeviceFile.ofGroup(function, this));
    }

    /**
     * Finds a member by its name, behind which options may stand that this driver knows none of.
     */
    private PciFunction find(String text) {
        for (PciFunction member : group.members()) {
            if (member.boundToVfio() && text.startsWith(member.name())) {
                String options = text.substring(member.name().length());
                if (options.isEmpty() || options.startsWith(" ")) {
                    Refused.when(!options.isBlank(), Errno.EINVAL);
                    return member;
                }
            }
        }
        throw new Refused(Errno.ENODEV);
    }

    void deviceClosed() {
        openDevices--;
        drop();
    }

    @Override
    void release() {
        leaveContainer();
        group.closed();
    }
}
