// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.jvfio.VfioException;
import org.jvfio.spi.KvmFiles;
import org.jvfio.spi.Teardown;

/**
 * An open group, the container it is in, and how many of its devices are in use.
 *
 * <p>The kernel opens a group's file once only, so its devices share it.
 *
 * <p><b>Threads.</b> Not safe: the session's lock guards it.
 */
public final class OpenGroup {
    private final ViableGroup viable;
    private final boolean unprotected;
    private @Nullable GroupContainer container;
    private boolean inside;
    private int devices;

    private OpenGroup(ViableGroup viable, boolean unprotected) {
        this.viable = viable;
        this.unprotected = unprotected;
    }

    /** Opens a viable group for the sake of a device. */
    static OpenGroup open(Kernel kernel, int number, String device, Optional<KvmFiles> kvm) {
        boolean unprotected = new IommuGroup(kernel.files(), number).givenAwayUnsafely();
        return new OpenGroup(ViableGroup.open(kernel, number, device, kvm), unprotected);
    }

    int number() {
        return viable.number();
    }

    /** Whether no IOMMU stands behind it. */
    public boolean isUnprotected() {
        return unprotected;
    }

    /** The group's file. */
    public GroupFd file() {
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

    /** The container that the group is in, with its IOMMU set. */
    public Optional<GroupContainer> container() {
        return Optional.ofNullable(container);
    }

    void use() {
        devices++;
    }

    /** Counts one device less; says whether none is left. */
    boolean release() {
        devices--;
        return devices == 0;
    }

    /** Puts the group into {@code wanted}, unless it is there. */
    public void join(GroupContainer wanted) throws KernelException {
        if (container != wanted) {
            enter(wanted.file());
            container = wanted;
        }
    }

    /** Puts the group into a container that has no IOMMU yet; {@link #entered} follows. */
    public void enter(ContainerFd wanted) throws KernelException {
        file().setContainer(wanted);
        inside = true;
    }

    /** Says that the container has its IOMMU now. */
    public void entered(GroupContainer fresh) {
        container = fresh;
    }

    /**
     * Takes the group out of its container, if it is in one.
     *
     * @throws VfioException if the kernel refuses
     */
    public void leaveContainer() {
        GroupContainer left = container;
        container = null;
        if (inside) {
            inside = false;
            Teardown teardown = new Teardown();
            if (left != null) {
                teardown.step(left::beforeLeaving);
            }
            teardown.step(viable::leaveContainer);
            teardown.finish();
        }
    }

    DeviceFd openDevice(String name, Optional<UUID> token) throws KernelException {
        return viable.openDevice(name, token);
    }

    /** Takes the group out of its container and closes it. */
    void close() {
        viable.close(this::leaveContainer);
    }
}
