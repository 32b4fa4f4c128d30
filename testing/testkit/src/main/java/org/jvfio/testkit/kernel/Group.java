// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;

/** An IOMMU group: functions that the IOMMU cannot tell apart, and who has them. */
final class Group {
    private final Machine machine;
    private final int number;
    private final List<Device> members = new ArrayList<>();
    private final Map<Device, IommufdBinding> bindings = new HashMap<>();
    private @Nullable Object owner;
    private int claims;
    private int boundDevices;
    private @Nullable GroupFile opened;

    Group(Machine machine, int number) {
        this.machine = machine;
        this.number = number;
    }

    int number() {
        return number;
    }

    Machine machine() {
        return machine;
    }

    List<Device> members() {
        return members;
    }

    void add(Device member) {
        members.add(member);
    }

    /** Whether an IOMMU keeps the members to what is mapped for them. */
    boolean hasIommu() {
        return machine.iommu().present() || isEmulated();
    }

    /** Whether it is a group for the form's sake, of a device that the IOMMU knows nothing of. */
    boolean isEmulated() {
        return members.stream().anyMatch(Device::emulated);
    }

    String path() {
        return "/dev/vfio/" + (hasIommu() ? "" : "noiommu-") + number;
    }

    /** Whether the kernel has a file for the group: a member is bound to vfio-pci. */
    boolean hasFile() {
        return members.stream().anyMatch(Device::boundToVfio);
    }

    /** Opens the group's file, which only one may have, and nobody while a cdev is bound. */
    GroupFile open() {
        Refused.when(boundDevices > 0 || opened != null, Errno.EBUSY);
        opened = new GroupFile(this);
        return opened;
    }

    /** The drivers of all devices have gone: as in Linux, the group leaves its container. */
    void driversGone() {
        if (opened != null) {
            opened.driversGone();
        }
    }

    void closed() {
        opened = null;
    }

    @Nullable GroupFile opened() {
        return opened;
    }

    /** Notes that a device of the group is bound through its own file. */
    void block() {
        Refused.when(opened != null, Errno.EBUSY);
        boundDevices++;
    }

    void unblock() {
        boundDevices--;
    }

    /** Whether somebody has the group's DMA: another driver, or user space. */
    boolean claimed() {
        return claims > 0 || members.stream().anyMatch(Device::usesDmaOfItsOwn);
    }

    /** Gives the group's DMA to {@code who}, alone. */
    void claimAlone(Object who) {
        Refused.when(claimed(), Errno.EPERM);
        owner = who;
        claims = 1;
    }

    /** Gives the group's DMA to {@code who}, once more for each of its devices. */
    void claimShared(Object who) {
        Refused.when(claimed() && owner != who, Errno.EPERM);
        owner = who;
        claims++;
    }

    /** Whether {@code who} has the group's DMA. */
    boolean belongsTo(Object who) {
        return owner == who;
    }

    void unclaim() {
        if (--claims == 0) {
            owner = null;
        }
    }

    /** Binds a device to an iommufd, and attaches it there, when it is opened the first time. */
    void bind(Device function, IommufdFile file) {
        if (bindings.containsKey(function)) {
            return;
        }
        IommufdBinding binding = file.bind(function);
        try {
            if (hasIommu()) {
                binding.attachToContainer();
            }
        } catch (Refused refused) {
            binding.release();
            throw refused;
        }
        bindings.put(function, binding);
    }

    /** Answers whether {@link #bind} was for this device, and ends it after its last close. */
    boolean unbind(Device function) {
        IommufdBinding binding = bindings.get(function);
        if (binding != null && !function.isOpen()) {
            bindings.remove(function);
            binding.release();
        }
        return binding != null;
    }
}
