// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.spapr;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.ViableGroup;
import org.jvfio.spi.KvmFiles;
import org.jvfio.spi.Teardown;

/**
 * A partitionable endpoint: a group, the container that it alone is in, and how many of its devices
 * are in use.
 *
 * <p>A container has one group, though version 2 takes more: error handling wants it so, and a
 * pseries kernel takes a second group and then refuses every window ({@code EPERM}, Linux 7.3).
 */
final class Endpoint {
    private final ViableGroup group;
    private final long hostPageSize;
    private @Nullable TceContainer container;
    private int devices;

    private Endpoint(ViableGroup group, long hostPageSize) {
        this.group = group;
        this.hostPageSize = hostPageSize;
    }

    /** Opens a viable group for the sake of a device. */
    static Endpoint open(LinuxHost host, int number, String device, Optional<KvmFiles> kvm) {
        return new Endpoint(ViableGroup.open(host.kernel(), number, device, kvm), host.pageSize());
    }

    long hostPageSize() {
        return hostPageSize;
    }

    ViableGroup group() {
        return group;
    }

    Optional<TceContainer> container() {
        return Optional.ofNullable(container);
    }

    void enter() {
        devices++;
    }

    /** Counts one device less; says whether none is left. */
    boolean leave() {
        devices--;
        return devices == 0;
    }

    /** The group is in a container of its own. */
    void joined(TceContainer fresh) {
        container = fresh;
    }

    /** Takes the group out of its container and closes it. */
    void close() {
        group.close(this::leaveContainer);
    }

    /** Takes the group out of its container, if it is in one. */
    void leaveContainer() {
        TceContainer left = container;
        if (left != null) {
            container = null;
            Teardown teardown = new Teardown();
            teardown.step(left::disable);
            teardown.step(group::leaveContainer);
            teardown.finish();
        }
    }
}
