// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import org.junit.jupiter.api.DisplayName;
import org.jvfio.testkit.acceptance.AcceptanceBench;
import org.jvfio.testkit.acceptance.AcceptanceSuite;

/** The kernel's own cases on the guest's kernel. */
@DisplayName("acceptance")
final class AcceptanceRun extends AcceptanceSuite {
    private final AcceptanceBench bench = new GuestAcceptanceBench();

    @Override
    protected AcceptanceBench bench() {
        return bench;
    }
}
