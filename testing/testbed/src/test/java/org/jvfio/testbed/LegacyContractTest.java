// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.jvfio.testkit.contract.BackendContract;
import org.jvfio.testkit.contract.Bench;
import org.jvfio.testkit.contract.SimBench;

/** The contract suites through containers and groups of the simulated kernel. */
@DisplayName("legacy")
@ExtendWith(ContractReport.class)
final class LegacyContractTest extends BackendContract {
    private final SimBench bench = new SimBench("legacy", PresentBackend.of("iommufd"));

    @Override
    protected Bench bench() {
        return bench;
    }

    @AfterEach
    void closeMachine() {
        bench.close();
    }
}
