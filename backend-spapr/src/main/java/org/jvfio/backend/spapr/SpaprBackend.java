// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.spapr;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jvfio.AttachOptions;
import org.jvfio.DmaBudget;
import org.jvfio.DmaDemand;
import org.jvfio.PinnedMemory;
import org.jvfio.device.DeviceNode;
import org.jvfio.linux.GroupDevice;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.LockedMemory;
import org.jvfio.linux.OpenGroups;
import org.jvfio.spi.Attachment;
import org.jvfio.spi.Backend;
import org.jvfio.spi.IommufdObjects;
import org.jvfio.spi.KvmFiles;

/** POWER's partitionable endpoints, which are groups, in the use of one session. */
final class SpaprBackend implements Backend {
    private final LinuxHost host;
    private final List<TceVersion> versions;
    private final OpenGroups groups;

    SpaprBackend(LinuxHost host, List<TceVersion> versions, Optional<KvmFiles> kvm) {
        this.host = host;
        this.versions = versions;
        this.groups = new OpenGroups(host.kernel(), SpaprProvider.NAME, kvm);
    }

    /** A new container with the device's group in it and its IOMMU set. */
    TceContainer openContainer(GroupDevice device) {
        return TceContainer.open(host, versions, device);
    }

    @Override
    public Optional<String> obstacle(DeviceNode node, AttachOptions options) {
        return groups.obstacle(node, options);
    }

    @Override
    public PinnedMemory pinnedMemory() {
        return new LockedMemory(host.kernel()).throughContainers();
    }

    /** Registered memory counts once for a process, however many page tables have it. */
    @Override
    public DmaBudget budget(DmaDemand demand) {
        PinnedMemory pinned = pinnedMemory();
        DmaDemand once = new DmaDemand(1, demand.mappings(), demand.bytes());
        return new DmaBudget(
                demand,
                demand.bytes(),
                pinned,
                OptionalInt.empty(),
                LockedMemory.shortfall(pinned, once).stream().toList());
    }

    @Override
    public Attachment open(DeviceNode node, AttachOptions options) {
        return new SpaprAttachment(this, groups.open(node, options));
    }

    @Override
    public Optional<IommufdObjects> iommufdObjects() {
        return Optional.empty();
    }

    /** Nothing is shared beyond the attachments. */
    @Override
    public void close() {}
}
