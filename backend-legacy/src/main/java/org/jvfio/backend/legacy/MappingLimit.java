// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.legacy;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jvfio.DmaDemand;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.KernelException;

/**
 * How many mappings a container takes that gets its IOMMU from now on.
 *
 * <p>Source: the parameter {@code dma_entry_limit} of the module {@code vfio_iommu_type1}.
 */
final class MappingLimit {
    private static final String PATH = "/sys/module/vfio_iommu_type1/parameters/dma_entry_limit";
    private static final Pattern NUMBER = Pattern.compile("\\d{1,10}");

    private MappingLimit() {}

    /** The limit; empty where the kernel does not show it, as before its module is loaded. */
    static OptionalInt ofNewContainers(FileTree files) {
        if (!files.exists(PATH)) {
            return OptionalInt.empty();
        }
        try {
            String text = files.read(PATH);
            return NUMBER.matcher(text).matches()
                    ? OptionalInt.of((int) Math.min(Long.parseLong(text), Integer.MAX_VALUE))
                    : OptionalInt.empty();
        } catch (KernelException unreadable) {
            throw unreadable.about(PATH);
        }
    }

    /** What to do about a memory map of more mappings; empty if it fits. */
    static Optional<String> shortfall(OptionalInt limit, DmaDemand demand) {
        if (limit.isEmpty() || demand.mappings() <= limit.getAsInt()) {
            return Optional.empty();
        }
        return Optional.of(
                "%d mappings in each container, which takes %d: merge regions, or raise"
                                .formatted(demand.mappings(), limit.getAsInt())
                        + " vfio_iommu_type1.dma_entry_limit before devices are attached");
    }
}
