// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.iommufd;

import java.util.List;
import org.jvfio.linux.DeviceFd;
import org.jvfio.linux.Errno;
import org.jvfio.linux.HotResetAdvice;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.uapi.PciHotResetInfo;
import org.jvfio.spi.HotReset;

/** The hot reset of a device that is bound to an iommufd, which owns what goes down with it. */
final class IommufdHotReset implements HotReset {
    private final DeviceFd device;
    private final String object;

    IommufdHotReset(DeviceFd device, String object) {
        this.device = device;
        this.object = object;
    }

    @Override
    public List<Affected> affected() {
        PciHotResetInfo info;
        try {
            info = device.hotResetInfo();
        } catch (KernelException refused) {
            if (refused.errno().equals(Errno.ENODEV)) {
                return List.of();
            }
            throw refused.about(object);
        }
        boolean told = (info.flags() & PciHotResetInfo.DEV_ID) != 0;
        return info.devices().stream()
                .map(each -> new Affected(each.address(), told && isOwned(each)))
                .toList();
    }

    private static boolean isOwned(PciHotResetInfo.Dependent function) {
        return function.id() != PciHotResetInfo.DEVICE_NOT_OWNED;
    }

    @Override
    public void reset() {
        try {
            device.hotReset(List.of());
        } catch (KernelException refused) {
            throw refused.about(object, HotResetAdvice.of(refused.errno()));
        }
    }
}
