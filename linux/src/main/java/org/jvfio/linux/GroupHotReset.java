// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jvfio.linux.uapi.PciHotResetInfo;
import org.jvfio.spi.HotReset;

/** The hot reset of a device out of a group: the descriptors of all groups involved prove it. */
public final class GroupHotReset implements HotReset {
    private final IntFunction<Optional<GroupFd>> groups;
    private final DeviceFd device;
    private final String object;

    /**
     * That of a device.
     *
     * @param groups the file of a group that is the caller's, by its number
     * @param object names the device for messages
     */
    public GroupHotReset(IntFunction<Optional<GroupFd>> groups, DeviceFd device, String object) {
        this.groups = groups;
        this.device = device;
        this.object = object;
    }

    @Override
    public List<Affected> affected() {
        return info().stream()
                .map(each -> new Affected(each.address(), groups.apply(each.id()).isPresent()))
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
        List<GroupFd> owned =
                info().stream()
                        .map(PciHotResetInfo.Dependent::id)
                        .distinct()
                        .map(groups::apply)
                        .flatMap(Optional::stream)
                        .toList();
        try {
            device.hotReset(owned);
        } catch (KernelException refused) {
            throw refused.about(object, HotResetAdvice.of(refused.errno()));
        }
    }
}
