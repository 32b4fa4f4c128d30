// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.legacy;

import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.jvfio.VfioException;
import org.jvfio.linux.DeviceFd;
import org.jvfio.linux.Errno;
import org.jvfio.linux.GroupFd;
import org.jvfio.linux.IommuGroup;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.uapi.VfioGroupStatus;
import org.jvfio.spi.KvmFiles;
import org.jvfio.spi.Teardown;

/**
 * An open group, the container it is in, and how many of its devices are in use.
 *
 * <p>The kernel opens a group's file once only, so its devices share it.
 */
final class Group {
    private static final System.Logger LOG = System.getLogger(Group.class.getName());

    private final int number;
    private final boolean unprotected;
    private final GroupFd file;
    private final Optional<KvmFiles> kvm;
    private boolean told;
    private @Nullable LegacyContainer container;
    private int devices;

    private Group(int number, boolean unprotected, GroupFd file, Optional<KvmFiles> kvm) {
        this.number = number;
        this.unprotected = unprotected;
        this.file = file;
        this.kvm = kvm;
    }

    /** Opens a viable group for the sake of a device. */
    static Group open(Kernel kernel, int number, String device, Optional<KvmFiles> kvm) {
        IommuGroup sysfs = new IommuGroup(kernel.files(), number);
        String object = sysfs.path() + " (" + device + ")";
        GroupFd file = open(kernel, sysfs.path(), object);
        try {
            if ((file.status() & VfioGroupStatus.VIABLE) == 0) {
                throw new VfioException(
                        object, "VFIO_GROUP_GET_STATUS", whyNotViable(sysfs, device));
            }
            return new Group(number, sysfs.givenAwayUnsafely(), file, kvm);
        } catch (KernelException refused) {
            throw Teardown.after(refused.about(object), file::close);
        } catch (VfioException refused) {
            throw Teardown.after(refused, file::close);
        }
    }

    private static GroupFd open(Kernel kernel, String path, String object) {
        try {
            return GroupFd.open(kernel, path);
        } catch (KernelException refused) {
            throw refused.about(object, openAdvice(refused.errno()));
        }
    }

    private static String openAdvice(Errno errno) {
        if (errno.equals(Errno.EBUSY)) {
            return "the group is in use, by another process, by another session of this one, or"
                    + " through the character device of one of its devices; one user at a time";
        }
        if (errno.equals(Errno.EPERM)) {
            return "a group without an IOMMU needs CAP_SYS_RAWIO";
        }
        return errno.meaning();
    }

    private static String whyNotViable(IommuGroup sysfs, String device) throws KernelException {
        return sysfs.obstacleFor(device)
                .orElse("not viable, though sysfs shows no foreign driver; try again");
    }

    int number() {
        return number;
    }

    /** Whether no IOMMU stands behind it. */
    boolean isUnprotected() {
        return unprotected;
    }

    GroupFd file() {
        return file;
    }

    /** Whether a virtual machine is told of its devices. */
    boolean isForMachine() {
        return kvm.isPresent();
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
            file.setContainer(wanted.file());
            container = wanted;
        }
    }

    DeviceFd openDevice(String name, Optional<UUID> token) throws KernelException {
        kvm.ifPresent(this::tell);
        return token.isPresent() ? file.openDevice(name, token.get()) : file.openDevice(name);
    }

    /** Tells the virtual machine of the group, which has its IOMMU and no open device by now. */
    private void tell(KvmFiles machine) {
        if (told) {
            return;
        }
        try {
            machine.add(file.fd(), file.path());
            told = true;
        } catch (VfioException refused) {
            LOG.log(Level.WARNING, "a virtual machine does not know a group of its own", refused);
        }
    }

    /** Takes the group out of its container and closes it. */
    void close() {
        Teardown teardown = new Teardown();
        if (told) {
            kvm.ifPresent(machine -> teardown.step(() -> machine.remove(file.fd(), file.path())));
        }
        teardown.step(this::leaveContainer);
        teardown.step(file::close);
        teardown.finish();
    }

    /** Takes the group out of its container, if it is in one. */
    void leaveContainer() {
        if (container != null) {
            container = null;
            try {
                file.unsetContainer();
            } catch (KernelException refused) {
                throw refused.about(file.path());
            }
        }
    }
}
