// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.contract.BackendContract;
import org.jvfio.testkit.contract.Bench;
import org.jvfio.testkit.contract.SimBench;

/** The contract suites on a simulated kernel with pages of 64 KiB, as some of aarch64 have. */
@DisplayName("legacy, 64 KiB")
@ExtendWith(ContractReport.class)
final class LargePagesTest extends BackendContract {
    private static final int PAGE = 1 << 16;

    private final SimBench bench =
            new SimBench(
                    "legacy",
                    PresentBackend.of("iommufd"),
                    SimHostProvider.machine().hostPageSize(PAGE));

    @Override
    protected Bench bench() {
        return bench;
    }

    @AfterEach
    void closeMachine() {
        bench.close();
    }
}
