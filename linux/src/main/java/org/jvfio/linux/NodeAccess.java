// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Whether this process may open a device, through its group or by itself. */
public final class NodeAccess {
    private NodeAccess() {}

    /** What keeps this process from opening either, in words; empty if it may open one. */
    public static Optional<String> obstacle(
            FileTree files, OptionalInt group, Optional<String> cdev) {
        List<String> paths =
                Stream.concat(
                                group.stream()
                                        .mapToObj(number -> new IommuGroup(files, number).path()),
                                cdev.stream())
                        .filter(files::exists)
                        .toList();
        if (paths.isEmpty()) {
            return Optional.of(
                    "there is no "
                            + (group.isPresent()
                                    ? "/dev/vfio/%d and no ".formatted(group.getAsInt())
                                    : "")
                            + "/dev/vfio/devices/vfio* for it; in a container, pass them in");
        }
        return paths.stream().anyMatch(files::mayReadAndWrite)
                ? Optional.empty()
                : Optional.of(
                        "this process may not open %s; give it read and write permission (chown, or"
                                        .formatted(String.join(" or ", paths))
                                + " a udev rule)");
    }
}
