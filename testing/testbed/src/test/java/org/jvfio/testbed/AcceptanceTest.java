// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import org.jvfio.testkit.acceptance.AcceptanceBench;
import org.jvfio.testkit.acceptance.AcceptanceSuite;

/** The kernel's own cases on the simulated kernel. */
class AcceptanceTest extends AcceptanceSuite {
    private final AcceptanceBench bench = new SimulatedAcceptanceBench();

    @Override
    protected AcceptanceBench bench() {
        return bench;
    }
}
