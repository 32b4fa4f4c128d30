// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.iommufd;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jvfio.device.DeviceNode;
import org.jvfio.linux.DeviceFd;
import org.jvfio.linux.Errno;
import org.jvfio.linux.KernelException;

/**
 * The passed descriptors that are bound to an iommufd object, and as what.
 *
 * <p>The kernel binds an open file once and until its last descriptor is closed. We do not close
 * what is not ours, so a device that was closed is still bound, and is found here when it is
 * attached again.
 */
final class BoundDevices {
    /** What a descriptor's number stood for when it was bound. */
    private record Bound(String device, IommufdObject object, int id) {}

    private final Map<Integer, Bound> passed = new HashMap<>();

    /**
     * Binds a passed descriptor, unless an earlier attach did.
     *
     * @return the device's id in {@code object}
     * @throws KernelException {@code EINVAL} if it is bound to another iommufd
     */
    int bind(DeviceFd file, DeviceNode node, IommufdObject object, Optional<UUID> token)
            throws KernelException {
        try {
            int id =
                    token.isPresent()
                            ? file.bind(object.file(), token.get())
                            : file.bind(object.file());
            forget(file.fd());
            object.keepOpen();
            passed.put(file.fd(), new Bound(node.path(), object, id));
            return id;
        } catch (KernelException refused) {
            Bound before = passed.get(file.fd());
            if (before != null
                    && refused.errno().equals(Errno.EINVAL)
                    && isStill(before, node, object)) {
                return before.id();
            }
            throw refused;
        }
    }

    /** Whether it was bound so, and the object still has the device: ids go with open files. */
    private static boolean isStill(Bound before, DeviceNode node, IommufdObject object)
            throws KernelException {
        if (before.object() != object || !before.device().equals(node.path())) {
            return false;
        }
        if (node.mediated()) {
            return true; // It has no IOMMU to ask about, and is attached by its file alone.
        }
        try {
            object.file().hwInfo(before.id(), 0);
            return true;
        } catch (KernelException gone) {
            if (gone.errno().equals(Errno.ENOENT)) {
                return false;
            }
            throw gone;
        }
    }

    /** The binding goes with the device, or is gone already: its object need not wait for it. */
    void forget(int fd) {
        Bound before = passed.remove(fd);
        if (before != null) {
            before.object().keepOpenNoLonger();
        }
    }
}
