// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jvfio.linux.Errno;

/**
 * A device whose driver makes mediated devices, as sysfs shows it in {@code /sys/class/mdev_bus}.
 *
 * @param name {@code "mtty"}
 * @param folder its folder in sysfs
 * @param capacity how much its devices may cost together
 * @param whenFull what it refuses one more with
 * @param types what it makes
 */
public record MediatedParent(
        String name, String folder, int capacity, Errno whenFull, List<Offer> types) {
    /** Copies the list. */
    public MediatedParent {
        types = List.copyOf(types);
    }

    /** One that stands for no hardware. */
    public MediatedParent(String name, int capacity, Errno whenFull, List<Offer> types) {
        this(name, "/sys/devices/virtual/" + name + "/" + name, capacity, whenFull, types);
    }

    /**
     * A type of mediated device.
     *
     * @param id {@code "mtty-2"}
     * @param name for people: {@code "Dual port serial"}
     * @param description more about it, if its driver tells more
     * @param deviceApi {@code "vfio-pci"}
     * @param cost how much of the parent's capacity one takes
     * @param maker makes one
     */
    public record Offer(
            String id,
            String name,
            Optional<String> description,
            String deviceApi,
            int cost,
            Supplier<VfioModel> maker) {}
}
