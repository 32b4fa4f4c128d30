// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.jvfio.testkit.contract.Bench;
import org.jvfio.testkit.contract.NoIommuContract;

/** A guest of {@code --iommu none --append vfio.enable_unsafe_noiommu_mode=1}. */
@DisplayName("no IOMMU")
final class NoIommuRun extends NoIommuContract {
    private final Bench bench = new GuestBench(GuestBench.LEGACY);

    @BeforeAll
    static void isInUnsafeMode() {
        assumeTrue(Files.exists(Path.of("/dev/vfio/noiommu-0")), "the machine has an IOMMU");
    }

    @Override
    protected Bench bench() {
        return bench;
    }
}
