// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.legacy;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.jvfio.VfioException;
import org.jvfio.linux.DeviceFd;
import org.jvfio.linux.GroupFd;
import org.jvfio.linux.IommuGroup;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.ViableGroup;
import org.jvfio.spi.KvmFiles;

/**
 * An open group, the container it is in, and how many of its devices are in use.
 *
 * <p>The kernel opens a group's file once only, so its devices share it.
 */
final class Group {
    private final ViableGroup viable;
    private final boolean unprotected;
    private @Nullable LegacyContainer container;
    private int devices;

    private Group(ViableGroup viable, boolean unprotected) {
        this.viable = viable;
        this.unprotected = unprotected;
    }

    /** Opens a viable group for the sake of a device. */
    static Group open(Kernel kernel, int number, String device, Optional<KvmFiles> kvm) {
        boolean unprotected = new IommuGroup(kernel.files(), number).givenAwayUnsafely();
        return new Group(ViableGroup.open(kernel, number, device, kvm), unprotected);
    }

    int number() {
        return viable.number();
    }

    /** Whether no IOMMU stands behind it. */
    boolean isUnprotected() {
        return unprotected;
    }

    GroupFd file() {
        return viable.file();
    }

    /** Whether a virtual machine is told of its devices. */
    boolean isForMachine() {
        return viable.isForMachine();
    }

    /** Why that virtual machine could not be told of the group. */
    Optional<VfioException> untold() {
        return viable.untold();
    }

    Optional<LegacyContainer> container() {
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

    /** Puts the group into {@code wanted}, unless it is there. */
    void join(LegacyContainer wanted) throws KernelException {
        if (container != wanted) {
            file().setContainer(wanted.file());
            container = wanted;
        }
    }

    DeviceFd openDevice(String name, Optional<UUID> token) throws KernelException {
        return viable.openDevice(name, token);
    }

    /** Takes the group out of its container and closes it. */
    void close() {
        viable.close(this::leaveContainer);
    }

    /** Takes the group out of its container, if it is in one. */
    void leaveContainer() {
        if (container != null) {
            container = null;
            viable.leaveContainer();
        }
    }
}
