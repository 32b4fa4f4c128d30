// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.platform;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jvfio.linux.GroupObstacles;
import org.jvfio.linux.SysfsDevice;

/** What must change before VFIO can open a platform device, in words. */
final class PlatformObstacles {
    private static final String NO_GROUP =
            "it is in no IOMMU group: no IOMMU stands before it, or its node in the device tree does"
                    + " not say so (iommus), or the kernel has no driver for that IOMMU";
    private static final String PARAMETERS = "/sys/module/vfio_platform/parameters";

    /** Of these Linux has reset drivers; they are modules of their own. */
    private static final Set<String> WITH_RESET_DRIVER =
            Set.of("calxeda,hb-xgmac", "amd,xgbe-seattle-v1a", "brcm,iproc-flexrm-mbox");

    private final SysfsBus bus;
    private final String name;
    private final SysfsDevice device;
    private final boolean unsafely;

    PlatformObstacles(SysfsBus bus, String name, SysfsDevice device, boolean unsafely) {
        this.bus = bus;
        this.name = name;
        this.device = device;
        this.unsafely = unsafely;
    }

    List<String> list(Optional<String> driver, OptionalInt group, Optional<String> cdev) {
        List<String> obstacles = new ArrayList<>();
        boolean bound = driver.equals(Optional.of(bus.driver()));
        if (!bound) {
            obstacles.add(notBound(driver));
            withoutReset().ifPresent(obstacles::add);
        }
        obstacles.addAll(
                new GroupObstacles(device.files(), name, unsafely, NO_GROUP)
                        .list(group, cdev, bound));
        return obstacles;
    }

    private String notBound(Optional<String> driver) {
        String path = device.path();
        String unbind =
                driver.isPresent() ? "echo %s > %s/driver/unbind; ".formatted(name, path) : "";
        return "it is bound to %s; bind it to %s: "
                        .formatted(driver.orElse("no driver"), bus.driver())
                + "echo %s > %s/driver_override; ".formatted(bus.driver(), path)
                + unbind
                + "echo %s > %s/drivers_probe".formatted(name, bus.path());
    }

    /**
     * The driver takes no device that it has no reset for, unless told to; binding answers ENOENT.
     * Once a device is bound, that is settled.
     */
    private Optional<String> withoutReset() {
        boolean required =
                bus == SysfsBus.PLATFORM
                        && new SysfsDevice(device.files(), PARAMETERS)
                                .text("reset_required")
                                .equals(Optional.of("Y"));
        return required
                ? TreeStrings.of(device, "compatible").stream()
                        .findFirst()
                        .filter(compatible -> !WITH_RESET_DRIVER.contains(compatible))
                        .map(PlatformObstacles::needsReset)
                : Optional.empty();
    }

    private static String needsReset(String compatible) {
        return "Linux has no reset driver for "
                + compatible
                + ", and vfio-platform takes no such device; boot with"
                + " vfio_platform.reset_required=0, and have its user bring it into a known state";
    }
}
