// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import org.junit.jupiter.api.DisplayName;
import org.jvfio.testkit.contract.BackendContract;
import org.jvfio.testkit.contract.Bench;

/** The contract suites through {@code /dev/iommu} of the guest's kernel. */
@DisplayName("iommufd")
final class IommufdContractRun extends BackendContract {
    @Override
    protected Bench bench() {
        return new GuestBench("iommufd");
    }
}
