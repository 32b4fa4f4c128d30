// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.List;
import org.jvfio.Mapping;

/** One set of I/O page tables, of a container or an IOAS. */
public abstract class IommuDomain {
    private final PageTable table = new PageTable();

    IommuDomain() {}

    /** For people: {@code "/dev/vfio/vfio"}, {@code "/dev/iommu IOAS 1"}. */
    public abstract String description();

    /** What is mapped, lowest address first. */
    public List<Mapping> mappings() {
        return table.all().stream().map(DmaMapping::toMapping).toList();
    }

    final PageTable table() {
        return table;
    }
}
