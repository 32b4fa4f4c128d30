// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.spapr;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jvfio.AttachOptions;
import org.jvfio.DmaBudget;
import org.jvfio.DmaDemand;
import org.jvfio.PinnedMemory;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.linux.IommuGroup;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.LockedMemory;
import org.jvfio.spi.Attachment;
import org.jvfio.spi.Backend;
import org.jvfio.spi.IommufdObjects;
import org.jvfio.spi.KvmFiles;

/** POWER's endpoints in the use of one session. */
final class SpaprBackend implements Backend {
    private final LinuxHost host;
    private final Kernel kernel;
    private final List<TceVersion> versions;
    private final Optional<KvmFiles> kvm;
    private final Map<Integer, Endpoint> endpoints = new HashMap<>();

    SpaprBackend(LinuxHost host, List<TceVersion> versions, Optional<KvmFiles> kvm) {
        this.host = host;
        this.kernel = host.kernel();
        this.versions = versions;
        this.kvm = kvm;
    }

    List<TceVersion> versions() {
        return versions;
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

    /** Registered memory counts once for a process, however many page tables have it. */
    @Override
    public DmaBudget budget(DmaDemand demand) {
        PinnedMemory pinned = pinnedMemory();
        DmaDemand once = new DmaDemand(1, demand.mappings(), demand.bytes());
        return new DmaBudget(
                demand,
                pinned,
                OptionalInt.empty(),
                LockedMemory.shortfall(pinned, once).stream().toList());
    }

    @Override
    public Attachment open(DeviceNode node, AttachOptions options) {
        if (options.iommufd().isPresent()) {
            throw new IllegalArgumentException(
                    node.name() + ": the spapr backend has no use for an iommufd object");
        }
        int number =
                node.group()
                        .orElseThrow(
                                () ->
                                        new VfioException(
                                                node.name(), "attach", "it is in no IOMMU group"));
        Endpoint endpoint = endpoints.get(number);
        if (endpoint == null) {
            endpoint = Endpoint.open(host, number, node.name(), kvm);
            endpoints.put(number, endpoint);
        }
        endpoint.enter();
        return new SpaprAttachment(this, endpoint, node.name(), options.vfToken());
    }

    /** The endpoint of this group, if a device of it is in use. */
    Optional<Endpoint> endpoint(int group) {
        return Optional.ofNullable(endpoints.get(group));
    }

    /** One device of the endpoint has left. */
    void leave(Endpoint endpoint) {
        if (endpoint.leave()) {
            endpoints.remove(endpoint.group().number());
            endpoint.close();
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
