// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.legacy;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jvfio.AttachOptions;
import org.jvfio.DmaBudget;
import org.jvfio.DmaDemand;
import org.jvfio.PinnedMemory;
import org.jvfio.device.DeviceNode;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.LockedMemory;
import org.jvfio.linux.OpenGroup;
import org.jvfio.linux.OpenGroups;
import org.jvfio.spi.Attachment;
import org.jvfio.spi.Backend;
import org.jvfio.spi.IommufdObjects;
import org.jvfio.spi.KvmFiles;

/** Groups and containers in the use of one session. */
final class LegacyBackend implements Backend {
    private final Kernel kernel;
    private final ContainerChoice choice;
    private final OpenGroups groups;

    LegacyBackend(Kernel kernel, ContainerChoice choice, Optional<KvmFiles> kvm) {
        this.kernel = kernel;
        this.choice = choice;
        this.groups = new OpenGroups(kernel, LegacyProvider.NAME, kvm);
    }

    /** A new container with {@code group} in it and its IOMMU set. */
    LegacyContainer openContainer(OpenGroup group, String object) {
        return group.isUnprotected()
                ? NoIommuContainer.open(kernel, choice.path(), group, object)
                : Type1Container.open(kernel, choice, group, object);
    }

    @Override
    public Optional<String> obstacle(DeviceNode node, AttachOptions options) {
        return groups.obstacle(node, options);
    }

    @Override
    public PinnedMemory pinnedMemory() {
        return new LockedMemory(kernel).throughContainers();
    }

    @Override
    public DmaBudget budget(DmaDemand demand) {
        PinnedMemory pinned = pinnedMemory();
        OptionalInt limit = MappingLimit.ofNewContainers(kernel.files());
        Stream<String> shortfalls =
                Stream.concat(
                        LockedMemory.shortfall(pinned, demand).stream(),
                        MappingLimit.shortfall(limit, demand).stream());
        return new DmaBudget(demand, demand.totalBytes(), pinned, limit, shortfalls.toList());
    }

    @Override
    public Attachment open(DeviceNode node, AttachOptions options) {
        return new LegacyAttachment(this, groups.open(node, options));
    }

    @Override
    public Optional<IommufdObjects> iommufdObjects() {
        return Optional.empty();
    }

    /** Nothing is shared beyond the attachments. */
    @Override
    public void close() {}
}
