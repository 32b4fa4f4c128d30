// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.UUID;
import org.jvfio.linux.uapi.VfioGroupStatus;
import org.jvfio.linux.uapi.VfioRequests;

/**
 * An open group, {@code /dev/vfio/N}: devices that the IOMMU cannot tell apart.
 *
 * <p>The kernel lets a group be open once in the whole system.
 */
public final class GroupFd extends KernelFile {
    private GroupFd(Kernel kernel, int fd, String path) {
        super(kernel, fd, path, true);
    }

    /**
     * Opens the group at {@code path}.
     *
     * @throws KernelException {@code open}: {@code EBUSY} if somebody has it open, {@code EPERM}
     *     for a group without an IOMMU and a process without {@code CAP_SYS_RAWIO}
     */
    public static GroupFd open(Kernel kernel, String path) throws KernelException {
        return new GroupFd(kernel, openDescriptor(kernel, path), path);
    }

    /** {@link VfioGroupStatus#VIABLE} | {@link VfioGroupStatus#CONTAINER_SET}. */
    public int status() throws KernelException {
        VfioGroupStatus status = new VfioGroupStatus();
        request(VfioRequests.GROUP_GET_STATUS, status);
        return status.flags();
    }

    /** Puts the group into a container; all groups of one container share its page tables. */
    public void setContainer(ContainerFd container) throws KernelException {
        int descriptor = container.enter();
        try {
            request(VfioRequests.GROUP_SET_CONTAINER, PlainArgument.number(descriptor));
        } finally {
            container.leave();
        }
    }

    /** Takes the group, whose devices are closed, out of its container. */
    public void unsetContainer() throws KernelException {
        request(VfioRequests.GROUP_UNSET_CONTAINER, 0);
    }

    /**
     * Opens a device of the group, which is in a container that has its IOMMU set.
     *
     * @param name as sysfs names it: {@code "0000:02:00.0"}
     */
    public DeviceFd openDevice(String name) throws KernelException {
        return openDevice(name, name);
    }

    /**
     * Opens a virtual function of the group with the token of its physical function.
     *
     * @throws KernelException {@code EACCES} if it is another token
     */
    public DeviceFd openDevice(String name, UUID token) throws KernelException {
        return openDevice(name, name + " vf_token=" + token);
    }

    private DeviceFd openDevice(String name, String text) throws KernelException {
        int descriptor = request(VfioRequests.GROUP_GET_DEVICE_FD, PlainArgument.string(text));
        return DeviceFd.own(kernel(), descriptor, path() + " (" + name + ")");
    }
}
