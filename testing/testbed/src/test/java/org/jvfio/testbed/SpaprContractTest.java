// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.contract.Bench;
import org.jvfio.testkit.contract.EehContract;
import org.jvfio.testkit.contract.PciSuites;
import org.jvfio.testkit.contract.SimBench;
import org.jvfio.testkit.contract.SpaprContract;

/**
 * The contract suites through POWER's IOMMU of the simulated kernel.
 *
 * <p>Those of {@code BackendContract} cannot apply: iommufd gets no devices on POWER, its IOMMU
 * takes no mediated device (on which migration is shown) and maps no BAR, and has no window from
 * which a guest of 1 TiB would be reached at one time by pages of 4 KiB.
 */
@DisplayName("spapr")
@ExtendWith(ContractReport.class)
final class SpaprContractTest extends PciSuites {
    private final SimBench bench =
            new SimBench("spapr", Optional.empty(), SimHostProvider.machine().spaprTce());

    @Override
    protected Bench bench() {
        return bench;
    }

    @AfterEach
    void closeMachine() {
        bench.close();
    }

    /** Windows and registered memory. */
    @Nested
    class Spapr extends SpaprContract {
        @Override
        protected Bench bench() {
            return bench;
        }
    }

    /** POWER's error handling. */
    @Nested
    class Eeh extends EehContract {
        @Override
        protected Bench bench() {
            return bench;
        }
    }
}
