// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.legacy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jvfio.AttachOptions;
import org.jvfio.DmaBudget;
import org.jvfio.DmaDemand;
import org.jvfio.PinnedMemory;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.linux.IommuGroup;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.LockedMemory;
import org.jvfio.spi.Attachment;
import org.jvfio.spi.Backend;
import org.jvfio.spi.IommufdObjects;
import org.jvfio.spi.KvmFiles;

/** Groups and containers in the use of one session. A group's file is shared by its devices. */
final class LegacyBackend implements Backend {
    private final Kernel kernel;
    private final ContainerChoice choice;
    private final Optional<KvmFiles> kvm;
    private final Map<Integer, Group> groups = new HashMap<>();

    LegacyBackend(Kernel kernel, ContainerChoice choice, Optional<KvmFiles> kvm) {
        this.kernel = kernel;
        this.choice = choice;
        this.kvm = kvm;
    }

    /** A new container with {@code group} in it and its IOMMU set. */
    LegacyContainer openContainer(Group group, String object) {
        return group.isUnprotected()
                ? NoIommuContainer.open(kernel, choice.path(), group, object)
                : Type1Container.open(kernel, choice, group, object);
    }

    @Override
    public Optional<String> obstacle(DeviceNode node, AttachOptions options) {
        if (options.descriptor().isPresent()) {
            return Optional.of(
                    "it takes no descriptor of a character device, which only iommufd can use");
        }
        if (node.group().isEmpty()) {
            return Optional.of("it is in no IOMMU group");
        }
        String path = new IommuGroup(kernel.files(), node.group().getAsInt()).path();
        if (!kernel.files().exists(path)) {
            return Optional.of(
                    path
                            + " is missing: the kernel needs CONFIG_VFIO_GROUP, and the device its"
                            + " vfio driver");
        }
        if (!kernel.files().mayReadAndWrite(path)) {
            return Optional.of(
                    path
                            + ": no permission to read and write it; change its mode or"
                            + " owner with a udev rule");
        }
        return Optional.empty();
    }

    @Override
    public PinnedMemory pinnedMemory() {
        try {
            return new LockedMemory(kernel).throughContainers();
        } catch (KernelException unreadable) {
            throw unreadable.about("/proc/self");
        }
    }

    @Override
    public DmaBudget budget(DmaDemand demand) {
        PinnedMemory pinned = pinnedMemory();
        OptionalInt limit = MappingLimit.ofNewContainers(kernel.files());
        Stream<String> shortfalls =
                Stream.concat(
                        LockedMemory.shortfall(pinned, demand).stream(),
                        MappingLimit.shortfall(limit, demand).stream());
        return new DmaBudget(demand, pinned, limit, shortfalls.toList());
    }

    @Override
    public Attachment open(DeviceNode node, AttachOptions options) {
        if (options.iommufd().isPresent()) {
            throw new IllegalArgumentException(
                    node.name() + ": the legacy backend has no use for an iommufd object");
        }
        int number =
                node.group()
                        .orElseThrow(
                                () ->
                                        new VfioException(
                                                node.name(), "attach", "it is in no IOMMU group"));
        Group group = groups.get(number);
        if (group == null) {
            group = Group.open(kernel, number, node.name(), kvm);
            groups.put(number, group);
        }
        group.enter();
        return new LegacyAttachment(this, group, node, options.vfToken());
    }

    /** The group with this number, if a device of it is in use. */
    Optional<Group> group(int number) {
        return Optional.ofNullable(groups.get(number));
    }

    /** One device of the group has left. */
    void leave(Group group) {
        if (group.leave()) {
            groups.remove(group.number());
            group.close();
        }
    }

    @Override
    public Optional<IommufdObjects> iommufdObjects() {
        return Optional.empty();
    }

    /** Nothing is shared beyond the attachments. */
    @Override
    public void close() {}
}
