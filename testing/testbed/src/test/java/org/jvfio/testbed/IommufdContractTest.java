// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.jvfio.testkit.contract.BackendContract;
import org.jvfio.testkit.contract.Bench;
import org.jvfio.testkit.contract.SimBench;

/** The contract suites through iommufd and character devices of the simulated kernel. */
@DisplayName("iommufd")
@ExtendWith(ContractReport.class)
final class IommufdContractTest extends BackendContract {
    private final SimBench bench = new SimBench("iommufd", PresentBackend.of("legacy"));

    @Override
    protected Bench bench() {
        return bench;
    }

    @AfterEach
    void closeMachine() {
        bench.close();
    }
}
