// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.GroupObstacles;

/** What must change before VFIO can open a PCI function, in words. */
final class PciObstacles {
    private static final String NO_GROUP =
            "it is in no IOMMU group; turn the IOMMU on, in the firmware and on the kernel's command"
                    + " line (intel_iommu=on, amd_iommu=on)";

    private final FileTree files;
    private final PciSysfs sysfs;
    private final String name;
    private final boolean unsafely;

    PciObstacles(FileTree files, PciSysfs sysfs, String name, boolean unsafely) {
        this.unsafely = unsafely;
        this.files = files;
        this.sysfs = sysfs;
        this.name = name;
    }

    List<String> list(Optional<String> driver, OptionalInt group, Optional<String> cdev) {
        List<String> obstacles = new ArrayList<>();
        boolean bound = driver.filter(PciSysfs::isVfio).isPresent();
        if (!bound) {
            obstacles.add(notBound(driver));
        }
        obstacles.addAll(
                new GroupObstacles(files, name, unsafely, NO_GROUP).list(group, cdev, bound));
        return obstacles;
    }

    private String notBound(Optional<String> driver) {
        String path = sysfs.path(name);
        String unbind =
                driver.isPresent() ? "echo %s > %s/driver/unbind; ".formatted(name, path) : "";
        return "it is bound to "
                + driver.orElse("no driver")
                + "; bind it to vfio-pci: echo vfio-pci > %s/driver_override; ".formatted(path)
                + unbind
                + "echo %s > %s/drivers_probe".formatted(name, PciSysfs.BUS);
    }
}
