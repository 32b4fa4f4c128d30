// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.IommuGroup;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.NodeAccess;

/** What must change before VFIO can open a PCI function, in words. */
final class PciObstacles {
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
        if (group.isEmpty()) {
            obstacles.add(
                    unsafely
                            ? "no IOMMU stands behind it, and the kernel does not give it away all"
                                    + " the same: set vfio.enable_unsafe_noiommu_mode=1 (in a kernel"
                                    + " with CONFIG_VFIO_NOIOMMU), then bind it to vfio-pci anew"
                            : "it is in no IOMMU group; turn the IOMMU on, in the firmware and on"
                                    + " the kernel's command line (intel_iommu=on, amd_iommu=on)");
        } else if (!unsafely && isUnprotected(group.getAsInt())) {
            obstacles.add(
                    "no IOMMU stands behind its group %d, so it could reach all memory; turn the"
                                    .formatted(group.getAsInt())
                            + " IOMMU on, or accept that: AttachOptions.unsafeNoIommu");
        } else {
            notViable(group.getAsInt()).ifPresent(obstacles::add);
            if (bound) {
                NodeAccess.obstacle(files, group, cdev).ifPresent(obstacles::add);
            }
        }
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

    private boolean isUnprotected(int group) {
        try {
            return !new IommuGroup(files, group).hasIommu();
        } catch (KernelException gone) {
            return false; // What cannot be read is told of the group as a whole.
        }
    }

    private Optional<String> notViable(int group) {
        try {
            return new IommuGroup(files, group).obstacleFor(name);
        } catch (KernelException gone) {
            return Optional.of(
                    "its IOMMU group " + group + " cannot be read: " + gone.getMessage());
        }
    }
}
