// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.jvfio.VfioException;
import org.jvfio.linux.uapi.VfioGroupStatus;
import org.jvfio.spi.KvmFiles;
import org.jvfio.spi.Teardown;

/**
 * An open group that a user may have, and the virtual machine that is told of it.
 *
 * <p><b>Threads.</b> Not safe: the session's lock guards it.
 */
public final class ViableGroup {
    private static final System.Logger LOG = System.getLogger(ViableGroup.class.getName());

    private final int number;
    private final GroupFd file;
    private final Optional<KvmFiles> kvm;
    private boolean told;
    private @Nullable VfioException untold;

    private ViableGroup(int number, GroupFd file, Optional<KvmFiles> kvm) {
        this.number = number;
        this.file = file;
        this.kvm = kvm;
    }

    /**
     * Opens a group for the sake of a device.
     *
     * @throws VfioException if it is not there, in use, or not viable; the message says why
     */
    public static ViableGroup open(
            Kernel kernel, int number, String device, Optional<KvmFiles> kvm) {
        IommuGroup sysfs = new IommuGroup(kernel.files(), number);
        String object = sysfs.path() + " (" + device + ")";
        GroupFd file = open(kernel, sysfs.path(), object);
        try {
            if ((file.status() & VfioGroupStatus.VIABLE) == 0) {
                throw new VfioException(
                        object, "VFIO_GROUP_GET_STATUS", whyNotViable(sysfs, device));
            }
            return new ViableGroup(number, file, kvm);
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

    /** The group's number. */
    public int number() {
        return number;
    }

    /** The group's file. */
    public GroupFd file() {
        return file;
    }

    /** Whether a virtual machine is told of the group. */
    public boolean isForMachine() {
        return kvm.isPresent();
    }

    /** Why the virtual machine, if there is one, could not be told of the group. */
    public Optional<VfioException> untold() {
        return Optional.ofNullable(untold);
    }

    /** Opens a device of the group, which has its IOMMU by now, with a token if it needs one. */
    public DeviceFd openDevice(String name, Optional<UUID> token) throws KernelException {
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
            untold = refused;
            LOG.log(Level.WARNING, "a virtual machine does not know a group of its own", refused);
        }
    }

    /**
     * Takes the group out of its container. Linux does so by itself when the driver of the group's
     * last device goes, and then says {@code EINVAL}: the group has left.
     *
     * @throws VfioException if the group stays in it
     */
    public void leaveContainer() {
        try {
            file.unsetContainer();
        } catch (KernelException refused) {
            if (!refused.errno().equals(Errno.EINVAL)) {
                throw refused.about(file.path());
            }
        }
    }

    /**
     * Takes the group from the virtual machine and closes it.
     *
     * @param leave takes it out of its container, between the two
     */
    public void close(Runnable leave) {
        Teardown teardown = new Teardown();
        if (told) {
            kvm.ifPresent(machine -> teardown.step(() -> machine.remove(file.fd(), file.path())));
        }
        teardown.step(leave);
        teardown.step(file::close);
        teardown.finish();
    }
}
