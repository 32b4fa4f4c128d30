// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.Optional;
import org.jvfio.device.DeviceNode;

/**
 * Why the driver of a mediated device does not open it, where that has to do with KVM.
 *
 * <p>Some drivers open a device only for a virtual machine: {@code vfio_ap}, those of graphics.
 */
public final class MediatedAdvice {
    private MediatedAdvice() {}

    /**
     * What {@code errno} means when such a device was to be opened.
     *
     * @param machine whether the device was to be opened for a virtual machine
     * @return empty if the device is not mediated, or it has to do with something else
     */
    public static Optional<String> of(Errno errno, DeviceNode node, boolean machine) {
        if (node.mediated() && !machine && errno.equals(Errno.EINVAL)) {
            return Optional.of(
                    "its driver may open it only for a virtual machine, of which the session was"
                            + " told none: name it with Vfio.builder().kvm; or the device is open"
                            + " already");
        }
        if (node.mediated() && machine && errno.equals(Errno.EPERM)) {
            return Optional.of(
                    "its driver gives a virtual machine one such device only, and this one has"
                            + " another already");
        }
        return Optional.empty();
    }
}
