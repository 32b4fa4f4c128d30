// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jvfio.AttachOptions;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.spi.KvmFiles;

/**
 * The groups that devices of a session are in, each open while one of them is in use.
 *
 * <p><b>Threads.</b> Not safe: the session's lock guards it.
 */
public final class OpenGroups {
    private final Kernel kernel;
    private final String backend;
    private final Optional<KvmFiles> kvm;
    private final Map<Integer, OpenGroup> groups = new HashMap<>();

    /**
     * Those of a session, none yet.
     *
     * @param backend names the backend for messages
     * @param kvm the virtual machine that is told of the groups
     */
    public OpenGroups(Kernel kernel, String backend, Optional<KvmFiles> kvm) {
        this.kernel = kernel;
        this.backend = backend;
        this.kvm = kvm;
    }

    /** Why a device cannot be opened through its group, in words; empty if it can. */
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

    /**
     * A device whose group is open now, until {@link GroupDevice#close}.
     *
     * @throws VfioException if its group is not there, in use, or not viable
     */
    public GroupDevice open(DeviceNode node, AttachOptions options) {
        if (options.iommufd().isPresent()) {
            throw new IllegalArgumentException(
                    "%s: the %s backend has no use for an iommufd object"
                            .formatted(node.name(), backend));
        }
        int number =
                node.group()
                        .orElseThrow(
                                () ->
                                        new VfioException(
                                                node.name(), "attach", "it is in no IOMMU group"));
        OpenGroup group = groups.get(number);
        if (group == null) {
            group = OpenGroup.open(kernel, number, node.name(), kvm);
            groups.put(number, group);
        }
        group.use();
        return new GroupDevice(this, group, node, options.vfToken());
    }

    /** The file of the group with this number, if a device of it is in use. */
    Optional<GroupFd> file(int number) {
        return Optional.ofNullable(groups.get(number)).map(OpenGroup::file);
    }

    /** One device of the group is not in use any more. */
    void leave(OpenGroup group) {
        if (group.release()) {
            groups.remove(group.number());
            group.close();
        }
    }
}
