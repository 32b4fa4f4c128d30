// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.iommufd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jvfio.linux.DeviceFd;
import org.jvfio.linux.Errno;
import org.jvfio.linux.IommuFd;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.uapi.HwInfo;
import org.jvfio.linux.uapi.HwptAlloc;
import org.jvfio.spi.Teardown;

/**
 * The page tables of one IOAS: one set for all devices whose IOMMUs agree.
 *
 * <p>The kernel would make and share them by itself where a device is attached to the IOAS; but not
 * such as tell which pages devices write. So a device is tried with each that there is, and gets
 * new ones, the best that its IOMMU has, if it fits none. They go with their last device.
 *
 * <p>Some devices are attached to the IOAS all the same: mediated ones, which have no IOMMU, and
 * every one on a kernel that does not make page tables on request.
 */
final class PageTableSet {
    private static final List<Errno> NOT_MADE_HERE =
            List.of(Errno.ENOTTY, Errno.EOPNOTSUPP, Errno.ENOENT);

    private final IommuFd file;
    private final int ioas;
    private final List<Hwpt> tables = new ArrayList<>();
    private final List<String> direct = new ArrayList<>();

    PageTableSet(IommuFd file, int ioas) {
        this.file = file;
        this.ioas = ioas;
    }

    /**
     * Attaches a device to page tables that fit it.
     *
     * @param device its id
     * @param name its name
     * @return what it is behind: empty for the IOAS itself
     */
    Optional<Hwpt> attach(DeviceFd opened, int device, String name) throws KernelException {
        for (Hwpt each : tables) {
            if (fits(opened, each)) {
                each.enter();
                return Optional.of(each);
            }
        }
        Optional<Hwpt> fresh = make(device, name);
        if (fresh.isEmpty()) {
            attachToIoas(opened, name);
            return fresh;
        }
        attachToFresh(opened, fresh.get());
        return fresh;
    }

    private static boolean fits(DeviceFd opened, Hwpt tables) throws KernelException {
        try {
            opened.attach(tables.id());
            return true;
        } catch (KernelException refused) {
            if (refused.errno().equals(Errno.EINVAL)) {
                return false;
            }
            throw refused;
        }
    }

    private Optional<Hwpt> make(int device, String name) throws KernelException {
        boolean dirty = tracksDirtyPages(device);
        try {
            int flags = dirty ? HwptAlloc.DIRTY_TRACKING : 0;
            int id = file.allocatePageTables(device, ioas, flags);
            return Optional.of(new Hwpt(file, id, name, dirty));
        } catch (KernelException refused) {
            if (NOT_MADE_HERE.contains(refused.errno())) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /** Whether the device's IOMMU says so; one that is too old to be asked does not. */
    private boolean tracksDirtyPages(int device) throws KernelException {
        try {
            return (file.hwInfo(device, 0).capabilities() & HwInfo.DIRTY_TRACKING) != 0;
        } catch (KernelException refused) {
            if (NOT_MADE_HERE.contains(refused.errno())) {
                return false;
            }
            throw refused;
        }
    }

    private void attachToFresh(DeviceFd opened, Hwpt fresh) throws KernelException {
        try {
            opened.attach(fresh.id());
        } catch (KernelException refused) {
            throw Teardown.after(refused, () -> destroy(fresh));
        }
        fresh.enter();
        tables.add(fresh);
    }

    /** Attaches a device to the IOAS: the kernel sees to its page tables, if it has any. */
    void attachToIoas(DeviceFd opened, String name) throws KernelException {
        opened.attach(ioas);
        direct.add(name);
    }

    /** A device has been detached from what {@link #attach} answered. */
    void leave(Optional<Hwpt> behind, String name) {
        if (behind.isEmpty()) {
            direct.remove(name);
        } else if (behind.get().leave()) {
            tables.remove(behind.get());
            destroy(behind.get());
        }
    }

    private void destroy(Hwpt unused) {
        try {
            file.destroy(unused.id());
        } catch (KernelException refused) {
            throw refused.about(file.path() + " HWPT " + unused.id());
        }
    }

    List<Hwpt> tables() {
        return tables;
    }

    /** Why not all that devices write is noted, in words; empty if it is. */
    Optional<String> dirtyTrackingObstacle() {
        if (!direct.isEmpty()) {
            return Optional.of(
                    "the kernel keeps no dirty pages for %s, which is behind no page tables of ours"
                            .formatted(direct.get(0)));
        }
        return tables.stream()
                .filter(each -> each.log().isEmpty())
                .findFirst()
                .map(each -> "the IOMMU of " + each.madeFor() + " has no dirty tracking");
    }
}
