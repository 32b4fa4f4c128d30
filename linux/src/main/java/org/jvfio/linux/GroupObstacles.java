// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What must change about a device's IOMMU group and files before VFIO can open it, in words.
 *
 * @param files where to read
 * @param name the device's name on its bus
 * @param unsafely for somebody who accepts devices that no IOMMU stands behind
 * @param without what to say to others of a device that is in no group
 */
public record GroupObstacles(FileTree files, String name, boolean unsafely, String without) {
    private static final String NOT_GIVEN_AWAY =
            "no IOMMU stands behind it, and the kernel does not give it away all the same: set"
                    + " vfio.enable_unsafe_noiommu_mode=1 (in a kernel with CONFIG_VFIO_NOIOMMU),"
                    + " then bind it to VFIO's driver anew";

    /**
     * What must change, with the group before the files.
     *
     * @param bound whether VFIO's driver has the device, so that there should be files
     */
    public List<String> list(OptionalInt group, Optional<String> cdev, boolean bound) {
        if (group.isEmpty()) {
            return List.of(unsafely ? NOT_GIVEN_AWAY : without);
        }
        if (!unsafely && isUnprotected(group.getAsInt())) {
            return List.of(
                    "no IOMMU stands behind its group %d, so it could reach all memory; turn the"
                                    .formatted(group.getAsInt())
                            + " IOMMU on, or accept that: AttachOptions.unsafeNoIommu");
        }
        Optional<String> access =
                bound ? NodeAccess.obstacle(files, group, cdev) : Optional.empty();
        return Stream.of(notViable(group.getAsInt()), access).flatMap(Optional::stream).toList();
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
