// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import org.junit.jupiter.api.DisplayName;
import org.jvfio.testkit.contract.BackendContract;
import org.jvfio.testkit.contract.Bench;

/** The contract suites through {@code /dev/vfio/vfio} of the guest's kernel. */
@DisplayName("legacy")
final class LegacyContractRun extends BackendContract {
    @Override
    protected Bench bench() {
        return new GuestBench("legacy");
    }
}
