// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.OptionalInt;
import java.util.UUID;
import org.jvfio.VfioException;

/**
 * A type of mediated device that a driver can make, and of which {@link #create} makes one.
 *
 * <p>Source: {@code Documentation/ABI/testing/sysfs-bus-vfio-mdev} of the kernel.
 */
public final class MdevType {
    private static final Errno EUSERS = Errno.of(87);

    private final Kernel kernel;
    private final SysfsDevice folder;
    private final String parent;
    private final String id;

    MdevType(Kernel kernel, String parent, String id) {
        this.kernel = kernel;
        this.parent = parent;
        this.id = id;
        this.folder = new SysfsDevice(kernel.files(), MdevTypes.folder(parent) + "/" + id);
    }

    /** The device whose driver offers it: {@code "mtty"}, {@code "0000:00:02.0"}. */
    public String parent() {
        return parent;
    }

    /** Its name in sysfs: {@code "mtty-2"}. */
    public String id() {
        return id;
    }

    /** Its name for people: {@code "Dual port serial"}. */
    public String name() {
        return folder.text("name").orElse(id);
    }

    /** More about it, if its driver tells more. */
    public String description() {
        return folder.text("description").orElse("");
    }

    /** What its devices look like: {@code "vfio-pci"}. */
    public String deviceApi() {
        return folder.text("device_api").orElse("");
    }

    /** How many more can be made now; empty if the driver does not tell. */
    public OptionalInt availableInstances() {
        return folder.number("available_instances");
    }

    /**
     * Makes a device of this type, which stays until it is removed.
     *
     * @throws VfioException if there is a device of this name, no more can be made, or this process
     *     is not root
     */
    public void create(UUID name) {
        SysfsFile.write(
                kernel,
                folder.path() + "/create",
                name.toString(),
                errno -> createAdvice(errno, name));
    }

    private String createAdvice(Errno errno, UUID name) {
        if (errno.equals(Errno.EEXIST)) {
            return "there is a mediated device " + name + " already; choose another UUID";
        }
        if (errno.equals(EUSERS) || errno.equals(Errno.ENOSPC)) {
            return "no more of this type can be made; remove one";
        }
        return MdevTypes.advice(errno);
    }

    @Override
    public String toString() {
        return id + " of " + parent;
    }
}
