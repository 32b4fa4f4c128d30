// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.legacy;

import java.util.List;
import java.util.Optional;
import org.jvfio.linux.DeviceFd;
import org.jvfio.linux.Errno;
import org.jvfio.linux.GroupFd;
import org.jvfio.linux.HotResetAdvice;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.uapi.PciHotResetInfo;
import org.jvfio.spi.HotReset;

/** The hot reset of a device out of a group: the descriptors of all groups involved prove it. */
final class GroupHotReset implements HotReset {
    private final LegacyBackend backend;
    private final DeviceFd device;
    private final String object;

    GroupHotReset(LegacyBackend backend, DeviceFd device, String object) {
        this.backend = backend;
        this.device = device;
        this.object = object;
    }

    @Override
    public List<Affected> affected() {
        return info().stream()
                .map(each -> new Affected(each.address(), backend.group(each.id()).isPresent()))
                .toList();
    }

    private List<PciHotResetInfo.Dependent> info() {
        try {
            return device.hotResetInfo().devices();
        } catch (KernelException refused) {
            if (refused.errno().equals(Errno.ENODEV)) {
                return List.of();
            }
            throw refused.about(object);
        }
    }

    @Override
    public void reset() {
        List<GroupFd> groups =
                info().stream()
                        .map(PciHotResetInfo.Dependent::id)
                        .distinct()
                        .map(backend::group)
                        .flatMap(Optional::stream)
                        .map(Group::file)
                        .toList();
        try {
            device.hotReset(groups);
        } catch (KernelException refused) {
            throw refused.about(object, HotResetAdvice.of(refused.errno()));
        }
    }
}
