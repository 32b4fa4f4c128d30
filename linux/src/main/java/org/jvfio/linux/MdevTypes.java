// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jvfio.Host;
import org.jvfio.VfioException;

/**
 * The types of mediated devices that a host's drivers can make, and the end of those made.
 *
 * <pre>{@code
 * UUID name = UUID.randomUUID();
 * MdevTypes types = MdevTypes.on(vfio.host());
 * types.find("mtty", "mtty-2").orElseThrow().create(name);
 * PciDevice port = vfio.addressSpace().attach(MdevAddress.pci(name));
 * }</pre>
 *
 * <p><b>Threads.</b> Immutable: what it answers is read each time.
 */
public final class MdevTypes {
    private static final String PARENTS = "/sys/class/mdev_bus";

    private final Kernel kernel;

    MdevTypes(Kernel kernel) {
        this.kernel = kernel;
    }

    /**
     * Those of a Linux host.
     *
     * @throws VfioException if it is another host
     */
    public static MdevTypes on(Host host) {
        return new MdevTypes(LinuxHost.of(host).kernel());
    }

    static String folder(String parent) {
        return PARENTS + "/" + parent + "/mdev_supported_types";
    }

    /** All types, sorted by parent and id; none if no driver makes mediated devices. */
    public List<MdevType> list() {
        return SysfsDevice.list(kernel.files(), PARENTS).stream()
                .flatMap(parent -> of(parent).stream())
                .toList();
    }

    private List<MdevType> of(String parent) {
        return SysfsDevice.list(kernel.files(), folder(parent)).stream()
                .map(id -> new MdevType(kernel, parent, id))
                .toList();
    }

    /** A parent's type, if there is one. */
    public Optional<MdevType> find(String parent, String id) {
        return of(parent).stream().filter(type -> type.id().equals(id)).findFirst();
    }

    /**
     * Takes a mediated device away. This waits while somebody has it open.
     *
     * @throws VfioException if there is no such device, or this process is not root
     */
    public void remove(UUID name) {
        SysfsFile.write(kernel, MdevNodes.DEVICES + name + "/remove", "1", MdevTypes::advice);
    }

    static String advice(Errno errno) {
        if (errno.equals(Errno.EACCES) || errno.equals(Errno.EPERM)) {
            return "only root may make and remove mediated devices";
        }
        return errno.equals(Errno.ENOENT) ? "no such mediated device or type" : errno.meaning();
    }
}
